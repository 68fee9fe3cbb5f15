// What holds today, rounded down: a change of the rules that loses understanding fails here. Raise a bound when the
// figure has risen for good; the goals are 0.95 for intents, 0.93 for F1 and no change where none was asked for.
// most_…: at most so many.
export const bounds = {
  sample: { intent: 1, f1: 1, most_changes_on_nothing: 0 },
  train: { intent: 0.67, f1: 0.71, most_changes_on_nothing: 10 },
  heldout: { intent: 0.7, f1: 0.74, most_changes_on_nothing: 4 },
  conversations_train: { intent: 0.87, f1: 0.92, most_changes_on_nothing: 0 },
  conversations_heldout: { intent: 0.86, f1: 0.86, most_changes_on_nothing: 0 },
};
