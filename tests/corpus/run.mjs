// Reads a corpus file and asks apiops about its lines. An utterance is a conversation of one turn.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { groups } from './groups.mjs';

// → turns in order: {text, accepted: [intent or null], slots, may, tags, conversation}
export function read(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.trim());
  return lines.map((line) => JSON.parse(line)).flatMap((entry) =>
    (entry.turns ?? [entry]).map((turn) => ({
      text: turn.text,
      accepted: Array.isArray(turn.intent) ? turn.intent : [turn.intent],
      slots: turn.slots ?? {},
      may: turn.may ?? {},
      tags: entry.tags ?? [],
      conversation: entry.turns ? entry.id : null,
    })));
}

// A line is one message: a line break inside is written \n, a backslash \\ (operations.md).
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function ask(apiops, texts, options) {
  const run = spawnSync(apiops, ['rules', 'match', '--json', ...options, '-'], {
    input: texts.map(escaped).join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`apiops rules match: exit ${run.status}, ${run.stderr}`);
  const lines = run.stdout.trim().split('\n').map((line) => JSON.parse(line));
  if (lines.length !== texts.length) throw new Error(`${texts.length} lines asked, ${lines.length} answered`);
  return lines;
}

export function answers(apiops, turns) {
  const texts = (list) => list.map((turn) => turn.text);
  if (turns.every((turn) => turn.conversation === null)) return ask(apiops, texts(turns), []);
  return groups(turns, (turn) => turn.conversation).flatMap(([, part]) => ask(apiops, texts(part), ['--thread']));
}
