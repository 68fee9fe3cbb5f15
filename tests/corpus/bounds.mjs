// What holds today, rounded down: a change of the rules that loses understanding fails here. Raise a bound when the
// figure has risen for good; the goals are 0.95 for intents, 0.93 for F1 and no change where none was asked for.
// most_…: at most so many.
export const bounds = {
  sample: { intent: 1, f1: 1, most_changes_on_nothing: 0 },
  train: { intent: 0.965, f1: 0.975, most_changes_on_nothing: 0 },
  tuned: { intent: 0.93, most_changes_on_nothing: 0 },
  heldout: { intent: 0.89, f1: 0.92, most_changes_on_nothing: 4 },
  fresh: { intent: 0.9, f1: 0.93, most_changes_on_nothing: 1 },
  blind_train: { intent: 0.73, f1: 0.8, most_changes_on_nothing: 7 },
  blind_heldout: { intent: 0.76, f1: 0.83, most_changes_on_nothing: 5 },
  sealed: { intent: 0.87, f1: 0.91, most_changes_on_nothing: 3 },
  conversations_train: { intent: 0.98, f1: 0.98, most_changes_on_nothing: 0 },
  conversations_sealed: { intent: 0.98, f1: 0.96, most_changes_on_nothing: 0 },
  conversations_heldout: { intent: 0.92, f1: 0.92, most_changes_on_nothing: 0 },
};
