// The figures for people to read, and what was misunderstood, by intent.
import { groups } from './groups.mjs';

const percent = (x) => `${(100 * x).toFixed(1)} %`;

export function print(name, f) {
  console.log(`${name}: ${f.turns} messages
  intent right                 ${percent(f.intent)}
  slots: precision, recall, F1 ${percent(f.precision)}, ${percent(f.recall)}, ${percent(f.f1)}
  intent and every slot right  ${percent(f.whole)}
  changes proposed where none was asked for: ${f.changes_on_nothing} of ${f.nothing_asked}; wrong changes in all: ${f.wrong_changes}
  right when answered: reads ${percent(f.reads_right)}, changes ${percent(f.changes_right)}
  not understood or asked back: ${f.asked_back}, the right one among the offers: ${f.among_offers}
  by stated confidence: ${f.by_confidence.map((b) => `${b.from}+ ${percent(b.right)} of ${b.answers}`).join(', ')}`);
}

// One line for each fault; wrong changes first.
export function* missed(judged) {
  const wrong = judged.filter((j) => !j.right);
  for (const [intent, list] of groups(wrong, (j) => String(j.turn.accepted[0])).sort(([, a], [, b]) => b.length - a.length)) {
    yield `${intent}: ${list.length}`;
    for (const { turn, answer } of list)
      yield `  ${answer.intent ?? `nothing (offers ${answer.candidates?.join(', ') || 'none'})`}  ←  ${JSON.stringify(turn.text)}`;
  }
  yield 'slots, where the intent is right:';
  for (const j of judged.filter((j) => j.right && j.faults.length))
    yield `  ${j.answer.intent}  ${j.faults.join('; ')}  ←  ${JSON.stringify(j.turn.text)}`;
}
