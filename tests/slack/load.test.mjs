// 200 envelopes a second while every call of a service takes 2 s: acknowledged at once, nothing lost, memory flat.
// A short run by default; the whole one: APIOPS_LOAD_SECONDS=60 sh tests/slack/run.sh PATH_OF_APIOPS load.test.mjs
import test from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { start, Workspace, ANA } from './workspace.mjs'

const APIOPS = process.env.APIOPS
const SECONDS = Number(process.env.APIOPS_LOAD_SECONDS ?? 5)
const RATE = 200
const LIMIT = SECONDS >= 60 ? 100 : 3000 // ms at p99; a short run may share the machine with other tests

test(`${RATE} envelopes a second for ${SECONDS} s beside a slow service`, async t => {
  const home = mkdtempSync(join(tmpdir(), 'apiops-load-'))
  const box = await start(APIOPS, ['sandbox', 'slack', 'twilio', '--env-file', join(home, 'env')], /Slack can be looked at and used here: (http\S+)/)
  const slack = await Workspace.behind(box.match[1])
  const env = Object.fromEntries(readFileSync(join(home, 'env'), 'utf8').trim().split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
  writeFileSync(join(home, 'apiops.yaml'), `
console: {port: 0}
limits: {asks_a_minute: 1000000}
slack: {no_pace: true}
people:
  - {id: ana, groups: [ops], identities: [{platform: slack, workspace: T0DEMO001, user: ${ANA}}]}
`)
  await slack.knob('unlimited', true)
  await fetch(`${env.TWILIO_BASE_URL}/__sandbox/faults`, { method: 'POST', body: JSON.stringify({ service: 'twilio', kind: 'latency', value: 2000 }) })
  const agent = await start(APIOPS, ['run', '--config', join(home, 'apiops.yaml'), '--home', join(home, 'h')], /http:\/\//, env)
  t.after(async () => { await agent.stop(); await box.stop(); rmSync(home, { recursive: true }) })
  await slack.until('two sockets', s => s.sockets === 2)
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agent.child.pid}/status`, 'utf8'))[1]) / 1024

  const began = Date.now()
  const memory = []
  let sent = 0
  while (sent < RATE * SECONDS) {
    sent += (await slack.act({ do: 'flood', user: ANA, channel: 'D0ANA0001', text: 'check Twilio errors', times: 10 })).sent.length
    if (sent % RATE === 0) memory.push(resident())
    await sleep(Math.max(0, began + sent * 1000 / RATE - Date.now()))
  }
  const end = Date.now() + 10_000
  let count
  do { await sleep(100); count = await slack.act({ do: 'count' }) } while (count.waiting > 0 && Date.now() < end)
  console.log(JSON.stringify({ seconds: SECONDS, envelopes: sent, ...count, residentMiB: [memory[0], memory.at(-1)].map(Math.round) }))
  assert.equal(count.waiting, 0)
  assert.equal(count.redelivered, 0, 'each was acknowledged within 3 s')
  assert.equal(count.acknowledged, sent)
  assert.ok(count.ack_ms.p99 < LIMIT, `p99 was ${count.ack_ms.p99} ms`)
  const fifth = memory[Math.floor(memory.length / 5)]
  assert.ok(memory.at(-1) - fifth < 16, `resident memory went from ${fifth} to ${memory.at(-1)} MiB`)
  await agent.stop()
  const rows = execFileSync('sqlite3', [join(home, 'h', 'store.sqlite'), 'SELECT count(*) FROM inbox'], { encoding: 'utf8' })
  assert.equal(Number(rows), sent, 'each message is in the store, once')
})
