// From a question to an executed fix, and a click on each kind of button, in a real browser. node story.mjs URL FOLDER
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [url, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage({ viewport: { width: 1180, height: 860 }, colorScheme: "light" });
const troubles = [];
page.on("pageerror", (error) => troubles.push(error.message));
page.on("console", (message) => { if (message.type() === "error") troubles.push(message.text()); });
const picture = (name) => page.screenshot({ path: `${folder}/${name}.png` });
// Polled from here: the page's policy forbids evaluation inside of it.
const until = async (what, seconds = 15) => {
  for (let i = 0; i < seconds * 10; i += 1) {
    if (await what()) return;
    await page.waitForTimeout(100);
  }
  throw new Error("did not come true: " + what);
};
const some = (selector, pattern) => async () => (await page.locator(selector).allTextContents()).some((text) => pattern.test(text));
const lastCard = (selector) => page.locator(selector).last();

await page.goto(url);
assert.equal(new URL(page.url()).hash, "", "the token leaves the address bar");
await page.waitForSelector(".hint button");

// A question, its evidence, and the fix that is offered.
await page.fill("#text", "why are calls failing?");
await page.keyboard.press("Enter");
await page.waitForSelector(".card:not(.working) button.primary");
assert.match(await page.textContent(".card h3"), /\+1 415 555 0134 fail because its voice webhook does not answer/);
assert.ok(await page.locator("svg.chart rect").count() > 3, "the trend is drawn");
await page.click("text=See the plan");
await page.waitForSelector(".card.plan button.primary");
assert.match(await page.textContent(".card.plan del"), /old-gw\.example\.com/);
assert.match(await page.textContent(".card.plan ins"), /voice\.example\.com/);
await picture("plan");

// Who asked can't approve; a colleague can, and the record replaces the buttons.
await page.click(".card.plan button.primary");
await page.waitForSelector(".card.private");
assert.match(await page.textContent(".card.private"), /someone else has to approve/);
assert.match(await page.textContent(".card.plan .aside"), /waiting for 1 approval · \d+ h \d+ min left/);
await page.selectOption("#person", "ben");
await page.waitForTimeout(200);
await page.click(".card.plan button.primary");
await page.waitForSelector(".card.plan.good");
assert.match(await page.textContent(".card.plan.good"), /read back/);
assert.equal(await page.locator(".card.plan.good button.primary").count(), 0);
await picture("done");

// A reload shows the same: the question, its answer, the plan.
await page.reload();
await page.waitForSelector(".card.plan.good");
assert.match(await page.textContent("#log"), /does not answer/);
// So is the private refusal, for whom it was told and for nobody else.
const refusals = (count) => async () => (await page.locator(".card.private").count()) === count;
await until(refusals(1));
await page.selectOption("#person", "ben");
await until(refusals(0));
await page.selectOption("#person", "ana");
await until(refusals(1));

// Undo is a plan of its own; reject asks why.
await page.click(".card.plan.good >> text=Undo");
await page.waitForSelector(".card.plan button.danger");
await page.click(".card.plan button.danger");
await page.fill(".ask-why input", "it works now");
await page.keyboard.press("Enter");
await until(some(".card.plan", /rejected/));
assert.match(await lastCard(".card.plan").textContent(), /it works now/);

// The alert: once, edited in place, acknowledged by a click, snoozed by the menu.
await page.click("#channels >> text=#alerts");
await page.waitForSelector(".card.alert");
assert.equal(await page.locator(".card.alert").count(), 1);
if (await page.locator(".card.alert >> text=Acknowledge").count()) {
  await page.click(".card.alert >> text=Acknowledge");
  await until(some(".card.alert", /looks after it|Resolved/));
  await page.selectOption(".card.alert select", { label: "1 hour" });
  await until(some(".card.alert", /Silent until|Resolved/));
}
await picture("alert");
await until(some(".card.alert", /Resolved/), 180);
assert.equal(await page.locator(".card.alert").count(), 1, "one alert, edited until it is over");

// Tables sort; a row's own button makes a plan.
await page.click("#channels >> text=#ops");
await page.fill("#text", "find a number in 415 with sms");
await page.keyboard.press("Enter");
await page.waitForSelector("table");
const first = () => page.locator("table").last().locator("tbody tr").first().locator("td").first().textContent();
await page.locator("table").last().locator("th button").first().click();
const up = await first();
await page.locator("table").last().locator("th button").first().click();
assert.notEqual(await first(), up, "a second click on a head turns the order round");
await page.locator("table").last().locator("button.row").first().click();
await until(some(".card.plan", /Buy a phone number/));

// A long table goes on by a click, and by typing it in its thread.
await page.fill("#text", "list failed messages");
await page.keyboard.press("Enter");
await until(some(".card p", /^Rows 1–25 of/));
// Newest first as it comes; by its head a moment sorts as what it is: "Mon 23:10" before "00:05" of today.
const failed = page.locator(".card", { hasText: "Rows 1–25 of" }).last();
const table = failed.locator("table", { hasText: "When" });
const moments = () => table.locator("tbody tr td:first-child").allTextContents();
const newest = await moments();
await table.locator("th button").first().click();
assert.deepEqual(await moments(), newest.reverse());
await failed.locator("text=Show more").click();
await until(some(".card h3", /^Rows 26–50 of/));
await page.locator(".thread").last().locator(".reply").click();
await page.fill("#text", "show more");
await page.keyboard.press("Enter");
await until(some(".card h3", /^Rows 51–75 of/));

// Without a mouse: Esc leaves the box, k walks to a card, a digit opens a channel, / writes.
await page.focus("#text");
await page.keyboard.press("Escape");
await page.keyboard.press("k");
assert.equal(await page.locator(".card:focus").count(), 1);
await page.keyboard.press("2");
assert.equal(await page.textContent("#title"), "#alerts");
await page.keyboard.press("1");
await page.keyboard.press("/");
assert.equal(await page.locator("#text:focus").count(), 1);

// The views, the dark page, the phone.
await page.click("text=Plans");
await until(some("#log", /plans/));
await page.click("text=Audit trail");
await until(some("#log", /audit trail/));
await page.click("#channels >> text=#ops");
await page.emulateMedia({ colorScheme: "dark" });
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForSelector(".card.plan");
assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390), "nothing is wider than a phone");
await picture("phone");

assert.deepEqual(troubles, []);
await browser.close();
console.log("console story: all steps passed");
