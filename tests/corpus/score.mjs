// How well the rules understand people: `apiops rules match --json` over a corpus file, against what was meant.
//   node score.mjs APIOPS FILE.jsonl [--bounds NAME] [--confusions]
// One report on standard output; exit 1 where a bound of bounds.mjs does not hold, 77 where the file is not there.
// README.md says what the files hold and how each figure is counted.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { bounds } from './bounds.mjs';
import { missed, print } from './report.mjs';
import { answers, read } from './run.mjs';
import { judge, total } from './judge.mjs';

const [apiops, file, ...options] = process.argv.slice(2);
const named = options.indexOf('--bounds');

if (!existsSync(file)) {
  console.log(`skipped: ${basename(file)}, because it is not on this machine`);
  process.exit(77);
}

const turns = read(file);
const judged = answers(apiops, turns).map((answer, i) => judge(turns[i], answer));
const figures = total(judged);
print(basename(file), figures);
if (options.includes('--confusions')) for (const line of missed(judged)) console.log(line);

if (named >= 0) {
  const bound = bounds[options[named + 1]];
  const broken = Object.entries(bound).filter(([name, least]) =>
    name.startsWith('most_') ? figures[name.slice(5)] > least : figures[name] < least);
  for (const [name, least] of broken) console.log(`BOUND: ${name} must be ${least}, is ${figures[name.replace(/^most_/, '')]}`);
  process.exit(broken.length ? 1 : 0);
}
