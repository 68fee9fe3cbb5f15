// A list in groups: [[key, items], …] in the order in which the keys first appear (Node 20 has no Map.groupBy).
export function groups(list, key_of) {
  const found = new Map();
  for (const item of list) {
    const key = key_of(item);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(item);
  }
  return [...found];
}
