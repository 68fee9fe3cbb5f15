// Every line of the corpus stands in the file that its hash names, and only once (README.md): node split.mjs
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const files = {
  'train.jsonl': true, 'heldout.jsonl': false, 'blind-train.jsonl': true, 'blind-heldout.jsonl': false,
  'conversations-train.jsonl': true, 'conversations-heldout.jsonl': false,
};

const is_train = (text) => parseInt(createHash('sha256').update(text).digest('hex').slice(0, 8), 16) % 10 < 6;
const seen = new Set();
let faults = 0;
for (const [file, train] of Object.entries(files))
  for (const line of readFileSync(new URL(file, folder), 'utf8').split('\n').filter(Boolean)) {
    const entry = JSON.parse(line);
    const text = entry.turns ? entry.turns.map((turn) => turn.text).join('\n') : entry.text;
    if (is_train(text) !== train) console.log(`${file}: ${entry.id} belongs into the other file`), faults++;
    if (seen.has(text)) console.log(`${file}: ${entry.id} is there twice`), faults++;
    seen.add(text);
  }
process.exit(faults ? 1 : 0);
