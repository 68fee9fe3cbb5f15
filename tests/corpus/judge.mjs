// One answer against what was meant, and the figures over all of them.
import { groups } from './groups.mjs';

// Intents whose answer is a plan, a vote or another effect; all others only read.
const changes = /^(?:twilio|openai|stripe|monitor|alert|autofix|plan|change)\./;
export const is_change = (intent) => intent !== null && changes.test(intent);

// A list is a set: the order in which objects are named carries no meaning.
const comparable = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : sorted(value));
const sorted = (value) => value && typeof value === 'object'
  ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
const same = (a, b) => comparable(a) === comparable(b);

// Slots that `may` be there count neither for nor against; "any" allows every value, another value only itself.
const allowed = (turn, name, value) => name in turn.may && (turn.may[name] === 'any' || same(turn.may[name], value));

// A setting of a vendor's console is answered with its address (console.only), which changes nothing; files that call it
// “nothing to do for us” (null) carry the tag console_only.
const accepts = (turn, intent) =>
  turn.accepted.includes(intent) || (intent === 'console.only' && turn.tags.includes('console_only'));

export function judge(turn, answer) {
  const right = accepts(turn, answer.intent);
  const counts = { hit: 0, extra: 0, missing: 0 };
  const faults = [];
  const free = right && (answer.intent === null || !turn.accepted.includes(answer.intent));
  const wanted = free || (!right && turn.accepted.includes(null)) ? {} : turn.slots;
  const got = free || answer.intent === null ? {} : answer.slots;
  for (const [name, value] of Object.entries(wanted)) {
    if (name in got && same(got[name], value)) counts.hit++;
    else counts.missing++, faults.push(`${name}: ${JSON.stringify(got[name] ?? null)} for ${JSON.stringify(value)}`);
  }
  for (const [name, value] of Object.entries(got)) {
    if ((name in wanted && same(wanted[name], value)) || allowed(turn, name, value)) continue;
    counts.extra++;
    if (!(name in wanted)) faults.push(`${name}: ${JSON.stringify(value)} for nothing`);
  }
  return { turn, answer, right, counts, faults };
}

const sum = (list, of) => list.reduce((all, item) => all + of(item), 0);
const share = (part, whole) => (whole === 0 ? 1 : part / whole);

export function total(judged) {
  const hit = sum(judged, (j) => j.counts.hit);
  const precision = share(hit, hit + sum(judged, (j) => j.counts.extra));
  const recall = share(hit, hit + sum(judged, (j) => j.counts.missing));
  const sure = judged.filter((j) => j.answer.intent !== null);
  const [acts, reads] = [sure.filter((j) => is_change(j.answer.intent)), sure.filter((j) => !is_change(j.answer.intent))];
  const asked_back = judged.filter((j) => j.answer.intent === null && !j.right);
  return {
    turns: judged.length,
    intent: share(judged.filter((j) => j.right).length, judged.length),
    precision, recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    whole: share(judged.filter((j) => j.right && j.faults.length === 0).length, judged.length),
    nothing_asked: judged.filter((j) => j.turn.accepted.includes(null)).length,
    changes_on_nothing: acts.filter((j) => j.turn.accepted.includes(null)).length,
    wrong_changes: acts.filter((j) => !j.right).length,
    reads_right: share(reads.filter((j) => j.right).length, reads.length),
    changes_right: share(acts.filter((j) => j.right).length, acts.length),
    asked_back: asked_back.length,
    among_offers: asked_back.filter((j) => j.turn.accepted.some((intent) => j.answer.candidates?.includes(intent))).length,
    by_confidence: by_confidence(sure),
  };
}

// How often an answer is right, by the confidence that was stated with it.
function by_confidence(sure) {
  const band = (j) => (Math.min(9, Math.floor(j.answer.confidence * 10)) / 10).toFixed(1);
  return groups(sure, band).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, list]) => ({ from, answers: list.length, right: share(list.filter((j) => j.right).length, list.length) }));
}
