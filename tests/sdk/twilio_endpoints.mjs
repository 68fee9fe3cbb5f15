// Every endpoint that the simulated Twilio offers, through the official client. The SDK of this version knows no SMS
// permissions and no alarms: those go through its plain request().
import assert from "node:assert/strict";
import twilio from "twilio";

const env = process.env;
class ToSandbox extends twilio.RequestClient {
  request(options) {
    const url = new URL(options.uri);
    return super.request({ ...options, uri: env.TWILIO_BASE_URL + url.pathname + url.search });
  }
}
const client = (user, secret) => twilio(user, secret, { accountSid: env.TWILIO_ACCOUNT_SID, httpClient: new ToSandbox() });
const phone = client(env.TWILIO_ACCOUNT_SID, env.TWILIO_AUTH_TOKEN);
const refused = (code) => (error) => error.code === code;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const own = "+14155550101", customer = "+13125550199";

// Messages: accepted, then on their way, then there.
const sent = await phone.messages.create({ to: customer, from: own, body: "Grüße & 100% ✓" });
assert.equal(sent.status, "queued");
const canceled = await phone.messages.create({ to: customer, from: own, body: "not this one" });
assert.equal((await phone.messages(canceled.sid).update({ status: "canceled" })).status, "canceled");
await assert.rejects(phone.messages.create({ to: "+15005550004", from: own, body: "x" }), refused(21610));
await assert.rejects(phone.messages.create({ to: customer, from: "+12025550000", body: "x" }), refused(21606));
await assert.rejects(phone.messages.create({ to: "+4915112345678", from: own, body: "x" }), refused(21408));
const call = await phone.calls.create({ to: customer, from: own, twiml: "<Response><Hangup/></Response>" });
assert.equal(call.status, "queued");
assert.equal((await phone.calls(call.sid).update({ status: "completed" })).status, "canceled", "it had not been answered");
await assert.rejects(phone.calls.create({ to: customer, from: "+12025550000", twiml: "<Response/>" }), refused(21210));

// Lists with their filters; what belongs to a call.
assert.ok((await phone.messages.list({ to: customer })).length >= 2);
assert.ok((await phone.calls.list({ status: "failed", limit: 5 })).every((one) => one.status === "failed"));
const [failed] = await phone.calls.list({ status: "failed", limit: 1 });
assert.equal((await phone.calls(failed.sid).notifications.list()).length, 1);
const [asked] = await phone.calls(failed.sid).events.list();
assert.ok(asked === undefined || asked.response.response_code >= 200);
assert.ok((await phone.notifications.list({ log: 0, limit: 5 })).length > 0);
const [alert] = await phone.monitor.v1.alerts.list({ limit: 1 });
assert.equal((await phone.monitor.v1.alerts(alert.sid).fetch()).sid, alert.sid);
assert.equal((await phone.monitor.v1.events.list({ eventType: "phone-number.updated", limit: 5 })).at(-1).source, "web");

// Messaging services and their sender pools.
const [service] = await phone.messaging.v1.services.list();
assert.equal((await phone.messaging.v1.services(service.sid).update({ stickySender: false })).stickySender, false);
const [number] = await phone.incomingPhoneNumbers.list({ phoneNumber: own });
const member = await phone.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: number.sid });
assert.equal(member.phoneNumber, own);
await assert.rejects(phone.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: number.sid }), refused(21710));
assert.equal((await phone.messaging.v1.services(service.sid).phoneNumbers.list()).length, 3);
assert.equal(await phone.messaging.v1.services(service.sid).phoneNumbers(number.sid).remove(), true);
const served = await phone.messages.create({ to: customer, messagingServiceSid: service.sid, body: "from the pool" });
assert.equal(served.status, "accepted");
assert.equal((await phone.messaging.v1.brandRegistrations.list())[0].status, "APPROVED");
assert.equal((await phone.messaging.v1.services(service.sid).usAppToPerson.list())[0].campaignStatus, "IN_PROGRESS");
assert.equal((await phone.messaging.v1.tollfreeVerifications.list())[0].status, "TWILIO_APPROVED");

// Usage, triggers, prices.
assert.ok((await phone.usage.records.daily.list({ category: "sms", limit: 3 })).length > 0);
assert.ok((await phone.usage.records.thisMonth.list({ category: "totalprice" })).length === 1);
const trigger = await phone.usage.triggers.create({
  callbackUrl: "https://voice.example.com/status", triggerValue: "100", usageCategory: "sms", triggerBy: "price", recurring: "monthly",
});
assert.equal((await phone.usage.triggers.list()).length, 1);
assert.equal(await phone.usage.triggers(trigger.sid).remove(), true);
assert.equal((await phone.pricing.v1.messaging.countries("US").fetch()).outboundSmsPrices.length, 2);
assert.equal((await phone.pricing.v1.voice.countries("GB").fetch()).outboundPrefixPrices.length, 1);
assert.equal((await phone.pricing.v1.phoneNumbers.countries("US").fetch()).priceUnit, "USD");
assert.equal((await phone.balance.fetch()).currency, "USD");

// Alarms are JSON: made, changed, switched off, deleted.
const alarm = async (method, path, data) => phone.request({ method, uri: "https://monitor.twilio.com/v2/Alarms" + path, data, headers: data ? { "Content-Type": "application/json" } : {} });
const wanted = { friendlyName: "11200", queryType: "ERROR_CODE", query: "11200", triggerValue: 5, timeWindow: "FIVE_MINS", description: "webhooks" };
const made = (await alarm("post", "", wanted)).body.sid;
assert.equal((await alarm("put", "/" + made, { ...wanted, triggerValue: 9 })).body.sid, made);
assert.equal((await alarm("put", "/" + made + "/status", { enabled: false })).statusCode, 204);
assert.deepEqual((({ triggerValue, enabled }) => [triggerValue, enabled])((await alarm("get", "/" + made)).body), [9, false]);
assert.equal((await alarm("delete", "/" + made)).statusCode, 204);
assert.equal((await alarm("get", "")).body.alarms.length, 0);

// Where it may send and call.
const geo = async (method, data) => (await phone.request({ method, uri: "https://accounts.twilio.com/v1/Messaging/GeoPermissions" + (data ? "" : "?CountryCode=DE"), data, headers: data ? { "Content-Type": "application/x-www-form-urlencoded" } : {} })).body.permissions;
assert.equal((await geo("get"))[0].enabled, false);
await geo("patch", { Permissions: ['{"country_code":"DE","type":"country","enabled":true}'] });
assert.equal((await geo("get"))[0].enabled, true);
assert.equal((await geo("patch", { Permissions: ['{"country_code":"PK","type":"country","enabled":true}'] }))[0].error_code, 30649);
const countries = phone.voice.v1.dialingPermissions;
await countries.bulkCountryUpdates.create({ updateRequest: '[{"iso_code":"DE","low_risk_numbers_enabled":"true"}]' });
assert.equal((await countries.countries("DE").fetch()).lowRiskNumbersEnabled, true);
assert.ok((await countries.countries.list()).length >= 20);

// Keys: a standard one may do all but look at accounts and keys.
const key = await phone.newKeys.create({ friendlyName: "from the SDK" });
const with_key = client(key.sid, key.secret);
assert.equal((await with_key.messages.list({ limit: 1 })).length, 1);
await assert.rejects(with_key.keys.list(), refused(20003));
await assert.rejects(with_key.api.v2010.accounts(env.TWILIO_ACCOUNT_SID).fetch(), refused(20003));
assert.equal((await phone.keys.list()).length, 3);
assert.equal(await phone.keys(key.sid).remove(), true);
await assert.rejects(with_key.messages.list({ limit: 1 }), (error) => error.status === 401);

// The account and what belongs to it.
const accounts = await phone.api.v2010.accounts.list();
assert.deepEqual(accounts.map((one) => one.status).sort(), ["active", "active", "suspended"]);
assert.equal((await phone.api.v2010.accounts(env.TWILIO_ACCOUNT_SID).fetch()).type, "Full");
const staging = phone.api.v2010.accounts(accounts.find((one) => one.friendlyName === "Staging").sid);
assert.equal((await staging.incomingPhoneNumbers.list()).length, 2);
assert.equal((await staging.messages.list({ limit: 60, pageSize: 20 })).length, 60);
assert.equal((await staging.usage.records.thisMonth.list({ category: "totalprice" })).length, 1);
const suspended = phone.api.v2010.accounts(accounts.find((one) => one.status === "suspended").sid);
await assert.rejects(suspended.messages.list({ limit: 1 }), refused(20005));
assert.equal((await phone.addresses.list()).length, 1);
assert.equal((await phone.applications.list()).length, 1);
assert.ok((await phone.availablePhoneNumbers("US").fetch()).subresourceUris.toll_free);

await pause(4200);
assert.equal((await phone.messages(sent.sid).fetch()).status, "delivered");
assert.equal((await phone.messages(sent.sid).update({ body: "" })).body, "");
console.log("sdk: every endpoint of the simulated Twilio answers the official client");
