// compare.mjs SDK_RESULT APIOPS_DOCUMENT: the counts by code of both are the same, or it fails with the difference.
import { readFileSync } from 'node:fs';

const [sdk, document] = process.argv.slice(2).map(file => JSON.parse(readFileSync(file, 'utf8')));
const table = document.blocks.find(block => block.type === 'table' && block.columns?.[1]?.name === 'Count');
const ours = Object.fromEntries((table?.rows ?? []).map(row => [row[0].text, Number(row[1].text.replaceAll(',', ''))]));
const theirs = Object.fromEntries(Object.entries(sdk.counts).map(([code, n]) => [code === 'null' ? 'no code' : code, n]));
const codes = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
// Both look back from their own moment: a message or two may lie between.
const differ = codes.filter(code => Math.abs((ours[code] ?? 0) - (theirs[code] ?? 0)) > Math.max(2, 0.001 * (theirs[code] ?? 0)));
if (differ.length || codes.length === 0) {
  console.log('the counts differ:', JSON.stringify({ apiops: ours, sdk: theirs }));
  process.exit(1);
}
console.log(`${sdk.scanned} messages scanned; the counts by code agree: ${codes.map(code => `${code} ${ours[code]}`).join(', ')}`);
