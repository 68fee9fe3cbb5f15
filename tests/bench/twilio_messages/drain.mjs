// Follows the pages of the last 24 hours and throws them away: how fast the simulated Twilio is by itself. The link is found in the bytes, nothing is parsed.
import http from 'node:http';

const base = new URL(process.env.TWILIO_BASE_URL);
const sid = process.env.TWILIO_ACCOUNT_SID;
const agent = new http.Agent({ keepAlive: true });
const auth = `${sid}:${process.env.TWILIO_AUTH_TOKEN}`;
const key = Buffer.from('"next_page_uri"');

const get = path => new Promise((resolve, reject) => {
  http.get({ host: base.hostname, port: base.port, path, auth, agent }, response => {
    const pieces = [];
    response.on('data', piece => pieces.push(piece));
    response.on('end', () => resolve(Buffer.concat(pieces)));
  }).on('error', reject);
});

let pages = 0, bytes = 0;
const follow = async path => {
  while (path) {
    const body = await get(path);
    pages += 1;
    bytes += body.length;
    const at = body.lastIndexOf(key);
    const link = /"next_page_uri":\s*("[^"]*"|null)/.exec(body.toString('latin1', at, at + 1000));
    path = link ? JSON.parse(link[1]) : null;
  }
};
const day = back => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
await Promise.all([0, 1].map(back => follow(`/2010-04-01/Accounts/${sid}/Messages.json?DateSent=${day(back)}&PageSize=1000`)));
agent.destroy();
console.log(JSON.stringify({ pages, mebibytes: Math.round(bytes / 2 ** 20) }));
