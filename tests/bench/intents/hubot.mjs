// Hubot's way: one listener a rule, each with its regular expression, tried one after the other on every message.
//   bench_intents --export N | node hubot.mjs
import { readFileSync } from 'node:fs';
import { Adapter, Robot, TextMessage, User } from 'hubot';

const least_seconds = 2;

class Silent extends Adapter {
  async run() { this.emit('connected'); }
}

process.env.HUBOT_LOG_LEVEL ??= 'silent';
const { rules, messages } = JSON.parse(readFileSync(0, 'utf8'));
const robot = new Robot({ use: async (bot) => new Silent(bot) }, false, 'apiops');
await robot.loadAdapter();
let heard = 0;
// RE2 takes a repeated assertion, JavaScript does not.
for (const rule of rules) robot.hear(new RegExp(rule.replaceAll('\\b?', ''), 'i'), () => { heard++; });

const user = new User('U1', { name: 'anna', room: 'C1' });
const round = async () => {
  for (const [i, text] of messages.entries()) await robot.receive(new TextMessage(user, text, `m${i}`));
};
await round();  // warm
const started = process.cpuUsage();
let rounds = 0;
do await round(), rounds++;
while ((process.cpuUsage(started).user + process.cpuUsage(started).system) / 1e6 < least_seconds);
const used = process.cpuUsage(started);
console.log(JSON.stringify({ us_a_message: (used.user + used.system) / (rounds * messages.length), heard }));
process.exit(0);
