// What the official clients read and change at the simulated services must be what they would get from the real ones.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Stripe from "stripe";
import twilio from "twilio";

const env = process.env;

// Twilio: the SDK names the hosts itself; its HTTP client is told to go to the sandbox.
class ToSandbox extends twilio.RequestClient {
  request(options) {
    const url = new URL(options.uri);
    return super.request({ ...options, uri: env.TWILIO_BASE_URL + url.pathname + url.search });
  }
}
const phone = twilio(env.TWILIO_ACCOUNT_SID, env.TWILIO_AUTH_TOKEN, { httpClient: new ToSandbox() });
const messages = await phone.messages.list({ limit: 2500, pageSize: 1000 });
assert.equal(messages.length, 2500);
assert.equal(new Set(messages.map((message) => message.sid)).size, 2500, "no message twice over the pages");
assert.ok(messages.some((message) => message.errorCode === 30007) && messages.some((message) => message.errorCode === 30034));
const calls = await phone.calls.list({ limit: 1500, pageSize: 500 });
assert.equal(calls.length, 1500);
const alerts = await phone.monitor.v1.alerts.list({ logLevel: "error", limit: 20 });
assert.ok(alerts.some((alert) => alert.errorCode === "11200"));
const [offer] = await phone.availablePhoneNumbers("US").local.list({ areaCode: 415, smsEnabled: true, limit: 1 });
const bought = await phone.incomingPhoneNumbers.create({ phoneNumber: offer.phoneNumber, friendlyName: "from the SDK" });
assert.match(bought.sid, /^PN[0-9a-f]{32}$/);
await assert.rejects(phone.incomingPhoneNumbers.create({ phoneNumber: offer.phoneNumber }), (error) => error.code === 21422 && error.status === 400);
const changed = await phone.incomingPhoneNumbers(bought.sid).update({ voiceUrl: "https://voice.example.com/twilio" });
assert.equal(changed.voiceUrl, "https://voice.example.com/twilio");
assert.equal(await phone.incomingPhoneNumbers(bought.sid).remove(), true);
await assert.rejects(phone.incomingPhoneNumbers(bought.sid).fetch(), (error) => error.status === 404 && error.code === 20404);
await assert.rejects(twilio(env.TWILIO_ACCOUNT_SID, "0".repeat(32), { httpClient: new ToSandbox() }).messages.list({ limit: 1 }), (error) => error.status === 401);

// OpenAI: the project key is out of quota, models can still be listed.
const ai = new OpenAI({ apiKey: env.OPENAI_API_KEY, baseURL: env.OPENAI_BASE_URL, maxRetries: 0 });
const models = [];
for await (const model of ai.models.list()) models.push(model.id);
assert.ok(models.includes("gpt-4o-mini"));
await assert.rejects(ai.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "ping" }] }), (error) => error.status === 429 && error.code === "insufficient_quota");
await assert.rejects(new OpenAI({ apiKey: "sk-wrong-key-of-this-test", baseURL: env.OPENAI_BASE_URL, maxRetries: 0 }).models.list(), (error) => error.status === 401 && error.code === "invalid_api_key");

// Stripe: paging, filters, refunds with idempotency keys.
const base = new URL(env.STRIPE_BASE_URL);
const stripe = new Stripe(env.STRIPE_SECRET_KEY, { host: base.hostname, port: Number(base.port), protocol: "http", maxNetworkRetries: 0, telemetry: false });
let events = 0;
for await (const event of stripe.events.list({ limit: 100 })) { assert.equal(event.object, "event"); events += 1; }
assert.ok(events >= 2000, `${events} events`);
const endpoints = await stripe.webhookEndpoints.list();
assert.deepEqual(endpoints.data.map((endpoint) => endpoint.status).sort(), ["disabled", "enabled", "enabled", "enabled"]);
const waiting = await stripe.events.list({ delivery_success: false, limit: 100 });
assert.ok(waiting.data.length > 0 && waiting.data.every((event) => event.pending_webhooks > 0));
const charges = await stripe.charges.list({ limit: 50 });
const paid = charges.data.find((charge) => charge.paid && !charge.refunded);
const first = await stripe.refunds.create({ charge: paid.id, amount: 100 }, { idempotencyKey: "sdk-1" });
const again = await stripe.refunds.create({ charge: paid.id, amount: 100 }, { idempotencyKey: "sdk-1" });
assert.equal(first.id, again.id, "the same key refunds once");
await assert.rejects(stripe.refunds.create({ charge: paid.id, amount: 200 }, { idempotencyKey: "sdk-1" }), (error) => error.type === "StripeIdempotencyError");
assert.equal((await stripe.charges.retrieve(paid.id)).amount_refunded, 100);
await assert.rejects(stripe.charges.retrieve("ch_nothing"), (error) => error.statusCode === 404 && error.code === "resource_missing");
const off = endpoints.data.find((endpoint) => endpoint.status === "disabled");
assert.equal((await stripe.webhookEndpoints.update(off.id, { disabled: false })).status, "enabled");

console.log("sdk: twilio, openai and stripe work against the sandbox");
