// The same question with Twilio's official SDK: sdk.mjs each|list. Every message of the last 24 hours is looked at, failed ones are counted by code.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../sdk/package.json', import.meta.url));
const twilio = require('twilio');
const base = new URL(process.env.TWILIO_BASE_URL);

// The SDK talks to api.twilio.com; its requests are sent to the simulated one, path and credentials as they are.
const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
const request = client.httpClient.request.bind(client.httpClient);
client.httpClient.request = options => {
  const url = new URL(options.uri);
  return request({ ...options, uri: base.origin + url.pathname + url.search });
};

const since = new Date(Date.now() - 86_400_000);
const counts = {};
let scanned = 0;
const look = message => {
  if (message.dateSent < since) return;
  scanned += 1;
  if (message.status === 'failed' || message.status === 'undelivered') counts[message.errorCode] = (counts[message.errorCode] ?? 0) + 1;
};
// By UTC day, which is what the filter documents; what lies before is cut above.
const query = { dateSentAfter: new Date(since.toISOString().slice(0, 10)), pageSize: 1000 };
if (process.argv[2] === 'list') (await client.messages.list(query)).forEach(look);
else await new Promise((resolve, reject) => client.messages.each({ ...query, callback: look, done: error => (error ? reject(error) : resolve()) }));
console.log(JSON.stringify({ scanned, counts }));
