// The simulated Slack's page in a real browser: a person asks, another one approves, both by clicking.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { start, Workspace } from './workspace.mjs'

const chrome = '/usr/bin/chromium'
const home = mkdtempSync(join(tmpdir(), 'apiops-view-'))
const folder = process.env.APIOPS_SCREENSHOTS ?? home
let demo, browser
test.after(async () => {
  await browser?.close()
  await demo?.stop()
  rmSync(home, { recursive: true })
})

test('from the question to the approval and the result, by clicking in the page', { skip: !existsSync(chrome) && `${chrome} is not installed` }, async () => {
  demo = await start(process.env.APIOPS, ['demo', '--port', '0', '--home', home], /simulated Slack:\n\s+(http\S+)/)
  const slack = await Workspace.behind(demo.match[1])
  await slack.until('two sockets', s => s.sockets === 2)
  browser = await chromium.launch({ executablePath: chrome, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  const page = await browser.newPage({ viewport: { width: 1180, height: 1000 }, colorScheme: 'light' })
  const troubles = []
  page.on('pageerror', error => troubles.push(error.message))
  page.on('console', message => { if (message.type() === 'error') troubles.push(message.text()) })
  const picture = name => page.screenshot({ path: join(folder, `${name}.png`) })

  await page.goto(demo.match[1])
  await page.waitForSelector('#who option', { state: 'attached' })
  await page.fill('#text', '@apiops why are calls failing?')
  await page.keyboard.press('Enter')
  await page.click('article.reply button:text("See the plan")')
  await page.waitForSelector('article.reply button.primary:text("Approve")')
  await page.waitForSelector('article.reply img')
  await picture('slack-plan')
  await page.click('article.reply button.primary:text("Approve")')
  await page.waitForSelector('article.private:has-text("someone else has to approve")')

  await page.selectOption('#who', { label: 'Ben' })
  assert.equal(await page.locator('article.private').count(), 0, 'a private refusal is seen by one person only')
  await page.click('article.reply button.primary:text("Approve")')
  await page.waitForSelector('article.reply:has-text("approved by Ben")')
  await page.waitForSelector('article.reply button:text("Undo")')
  await picture('slack-done')

  await page.fill('#text', '@apiops buy a phone number in 415 with sms')
  await page.keyboard.press('Enter')
  await page.click('article.reply button.danger:text("Reject")')
  await page.fill('dialog input', 'not this month')
  await page.click('dialog button')
  await page.waitForSelector('article.reply:has-text("not this month")')

  await page.click('#home')
  await page.waitForSelector('#log .header, #log b')
  await picture('slack-home')
  assert.deepEqual(troubles, [])
})
