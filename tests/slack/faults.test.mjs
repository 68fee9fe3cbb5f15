// The faults of Slack, by their numbers: what must come out whatever goes wrong. apiops run beside apiops sandbox.
import test from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as tlsServer } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Proxy } from './proxy.mjs'
import { start, Workspace, ANA, BEN, OPS, ALERTS, BOT, textOf } from './workspace.mjs'

const APIOPS = process.env.APIOPS
let worlds = 0

// A sandbox and an agent of their own; `before` may set knobs before the agent starts.
async function world (t, before = async () => {}) {
  const home = mkdtempSync(join(tmpdir(), 'apiops-fault-'))
  const health = 20_000 + process.pid % 20_000 + ++worlds
  const box = await start(APIOPS, ['sandbox', 'slack', '--env-file', join(home, 'env')], /Slack can be looked at and used here: (http\S+)/)
  const slack = await Workspace.behind(box.match[1])
  const env = Object.fromEntries(readFileSync(join(home, 'env'), 'utf8').trim().split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
  writeFileSync(join(home, 'apiops.yaml'), `
console: {port: 0}
health: {port: ${health}}
limits: {asks_a_minute: 1000000}
slack: {no_pace: true, home_channel: ${ALERTS}}
people:
  - {id: ana, groups: [support], identities: [{platform: slack, workspace: T0DEMO001, user: ${ANA}}]}
  - {id: ben, groups: [ops], identities: [{platform: slack, workspace: T0DEMO001, user: ${BEN}}]}
policy:
  - {risks: [test, change, spend], approvers: [ops]}
`)
  await before(slack)
  const agent = await start(APIOPS, ['run', '--config', join(home, 'apiops.yaml'), '--home', join(home, 'h')], /http:\/\//, env)
  t.after(async () => {
    await agent.stop()
    await box.stop()
    rmSync(home, { recursive: true })
    assert.doesNotMatch(agent.err + agent.out, /ticket|xoxb-|xapp-/)
  })
  const port = Number(new URL(box.match[1]).port)
  const healthOf = async () => (await (await fetch(`http://127.0.0.1:${health}/readyz`)).json())
  return { slack, agent, port, home, config: join(home, 'apiops.yaml'), env, healthOf }
}
const connected = (slack, n = 2, patience) => slack.until(`${n} sockets`, s => s.sockets === n, patience)
const answersTo = (s, thread) => s.messages.filter(m => m.bot_id && m.thread_ts === thread && !m.only_for)
const frame = (opcode, payload, length = payload.length) => {
  const head = Buffer.alloc(10)
  head[0] = 0x80 | opcode; head[1] = 127; head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

test('fault 1: the socket drops in the middle of 1,000 events; each is handled once', async t => {
  const { slack } = await world(t)
  await connected(slack)
  const threads = []
  for (let i = 0; i < 1000; i++) {
    threads.push(await slack.say(ANA, `${BOT} who am I`))
    if (i === 500) await slack.act({ do: 'socket', drop: true })
  }
  await connected(slack, 2, 5_000)
  const state = await slack.until('1,000 answers', s => threads.every(x => answersTo(s, x).length > 0) && s, 60_000)
  for (const thread of threads) assert.equal(answersTo(state, thread).length, 1)
})

test('fault 2: Slack asks for a refresh; the new socket comes first and nothing is lost', async t => {
  const { slack } = await world(t)
  await connected(slack)
  let fewest = 9
  const watch = setInterval(async () => { fewest = Math.min(fewest, (await slack.state()).sockets) }, 20)
  await slack.act({ do: 'socket', disconnect: 'refresh_requested' })
  const threads = []
  for (let i = 0; i < 50; i++) { threads.push(await slack.say(ANA, `${BOT} who am I`)); await sleep(30) }
  await slack.until('four sockets for a while', s => s.sockets >= 3, 8_000)
  const state = await slack.until('all answers', s => threads.every(x => answersTo(s, x).length === 1) && s)
  clearInterval(watch)
  assert.ok(fewest >= 2, `there were only ${fewest} sockets`)
  assert.equal(state.redelivered, 0)
})

test('fault 3: too many websockets; it backs off and tells after three', async t => {
  const { slack } = await world(t, s => s.knob('greet_with', 'too_many_websockets'))
  await sleep(12_000)
  const opened = (await slack.state()).calls['apps.connections.open']
  assert.ok(opened <= 2, `${opened} sockets were asked for in 12 s`)
})

test('fault 4: a link that holds still is found dead within 30 s and replaced', async t => {
  const proxy = new Proxy()
  const { slack } = await world(t, async s => { proxy.target = Number(new URL(s.view).port); await proxy.listen(); await s.knob('socket_url', proxy.url) })
  t.after(() => proxy.close())
  await connected(slack)
  const dials = proxy.dials
  proxy.freeze()
  const began = Date.now()
  while (proxy.dials < dials + 2) { assert.ok(Date.now() - began < 30_000, 'not noticed in 30 s'); await sleep(100) }
  await slack.answer(await slack.say(ANA, `${BOT} who am I`), /ana/, 30_000)
})

test('fault 8: the same event three times is one ask', async t => {
  const { slack } = await world(t)
  await connected(slack)
  const ts = '1790000000.000100'
  await slack.act({
    do: 'raw', times: 3,
    payload: { team_id: 'T0DEMO001', type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention', user: ANA, channel: OPS, ts, text: `${BOT} who am I` } }
  })
  await slack.answer(ts, /ana/)
  await sleep(500)
  assert.equal(answersTo(await slack.state(), ts).length, 1)
})

test('fault 9: an edit that comes before its message creates nothing', async t => {
  const { slack } = await world(t)
  await connected(slack)
  const outer = (id, event) => ({ do: 'raw', payload: { team_id: 'T0DEMO001', type: 'event_callback', event_id: id, event } })
  await slack.act(outer('Ev1', { type: 'message', subtype: 'message_changed', hidden: true, channel: OPS, ts: '1790000000.000300', message: { type: 'message', user: ANA, text: `${BOT} who am I`, ts: '1790000000.000200' } }))
  await slack.act(outer('Ev2', { type: 'message', subtype: 'bot_message', bot_id: 'B1', channel: OPS, ts: '1790000000.000400', text: `${BOT} who am I` }))
  await slack.act({ do: 'raw', payload: { type: 'app_rate_limited', team_id: 'T0DEMO001', minute_rate_limited: 1 } })
  const thread = await slack.say(ANA, `${BOT} who am I`)
  await slack.answer(thread, /ana/)
  assert.equal((await slack.state()).messages.filter(m => m.bot_id).length, 1)
})

test('fault 10: acknowledgements are lost; what comes again is answered once', async t => {
  const { slack } = await world(t)
  await connected(slack)
  await slack.knob('lose_acks', true)
  const thread = await slack.say(ANA, `${BOT} who am I`)
  await slack.answer(thread, /ana/)
  await slack.until('redelivered', s => s.redelivered >= 2)
  await slack.knob('lose_acks')
  await slack.until('acknowledged at last', s => s.waiting === 0)
  assert.equal(answersTo(await slack.state(), thread).length, 1)
})

test('faults 11, 12, 13: bytes one by one, a frame of 64 MiB, bad UTF-8, bad JSON, unknown types', async t => {
  const proxy = new Proxy()
  const { slack, agent } = await world(t, async s => { proxy.target = Number(new URL(s.view).port); proxy.slice = true; await proxy.listen(); await s.knob('socket_url', proxy.url) })
  t.after(() => proxy.close())
  await connected(slack)
  await slack.answer(await slack.say(ANA, `${BOT} who am I`), /ana/)
  await slack.act({ do: 'frame', text: '{"type":' })
  await slack.act({ do: 'frame', text: '{"type":"brand_new","envelope_id":"e1","payload":[1]}' })
  await slack.act({ do: 'frame', text: '[]' })
  await slack.answer(await slack.say(ANA, `${BOT} who am I`), /ana/)
  const dials = proxy.dials
  assert.equal(dials, 2, 'the connections were kept')
  proxy.inject(frame(1, Buffer.from('x'), 64 * 1024 * 1024))
  await slack.until('new sockets', () => proxy.dials >= dials + 2)
  await connected(slack)
  proxy.inject(frame(1, Buffer.from([0xc3, 0x28])))
  await slack.until('new sockets again', () => proxy.dials >= dials + 4, 20_000)
  await slack.answer(await slack.say(ANA, `${BOT} who am I`), /ana/, 20_000)
  assert.equal(agent.child.exitCode, null)
})

test('fault 14: a certificate that is not trusted is refused, and the cause is named', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'apiops-tls-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(dir, 'k'), '-out', join(dir, 'c'), '-days', '1', '-subj', '/CN=localhost'], { stdio: 'ignore' })
  const server = tlsServer({ key: readFileSync(join(dir, 'k')), cert: readFileSync(join(dir, 'c')) })
  server.on('tlsClientError', () => {})
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); rmSync(dir, { recursive: true }) })
  const { slack, healthOf } = await world(t, s => s.knob('socket_url', `wss://localhost:${server.address().port}`))
  const end = Date.now() + 10_000
  let health
  do { health = await healthOf(); await sleep(100) } while (!/certificate/.test(health.slack.trouble) && Date.now() < end)
  assert.match(health.slack.trouble, /self.signed certificate/)
  assert.equal((await slack.state()).sockets, 0)
})

test('fault 15: the name does not resolve; degraded, then well again', async t => {
  const { slack, healthOf } = await world(t, s => s.knob('socket_url', 'wss://no-such-host.invalid'))
  const end = Date.now() + 15_000
  while ((await healthOf()).status !== 'degraded' && Date.now() < end) await sleep(100)
  await sleep(1_500)
  const health = await healthOf()
  assert.equal(health.slack.state, 'down')
  assert.match(health.slack.trouble, /can't be (reached|opened)/)
  await slack.knob('socket_url')
  await connected(slack, 2, 20_000)
  assert.equal((await healthOf()).status, 'ready')
})

test('fault 16: a revoked token is tried once a minute, and health says down for Slack only', async t => {
  const { slack, healthOf } = await world(t)
  await connected(slack)
  await slack.knob('revoked', true)
  const before = (await slack.state()).calls['apps.connections.open']
  await slack.act({ do: 'socket', drop: true })
  await sleep(8_000)
  const tried = (await slack.state()).calls['apps.connections.open'] - before
  assert.ok(tried >= 1 && tried <= 1, `tried ${tried} times in 8 s`)
  const health = await healthOf()
  assert.equal(health.slack.state, 'down')
  assert.match(health.slack.trouble, /app token/)
  assert.equal(health.store, 'takes writes')
})

test('fault 18: 429 with Retry-After is waited for, in order and without a second post', async t => {
  const { slack } = await world(t)
  await connected(slack)
  await slack.knob('post_429', 3)
  const began = Date.now()
  const thread = await slack.say(ANA, `${BOT} who am I`)
  await slack.answer(thread, /ana/)
  assert.ok(Date.now() - began >= 2_900)
  const state = await slack.state()
  assert.equal(answersTo(state, thread).length, 1)
  assert.equal(state.calls['chat.postMessage'], 2)
})

test('fault 19: a post whose reply was lost is found again, not posted twice', async t => {
  const { slack } = await world(t)
  await connected(slack)
  await slack.knob('lose_post', true)
  const thread = await slack.say(ANA, `${BOT} who am I`)
  await slack.until('it was looked up', s => s.calls['conversations.replies'] >= 1)
  await sleep(500)
  assert.equal(answersTo(await slack.state(), thread).length, 1)
})

test('fault 20: the bot is taken out of the channel; the plan stays and is decided elsewhere', async t => {
  const { slack, home, config, env } = await world(t)
  await connected(slack)
  const thread = await slack.say(ANA, `${BOT} buy a phone number in 415 with sms`)
  const card = await slack.answer(thread, /Plan 1/)
  await slack.knob('removed_from', OPS)
  const code = /approve 1 ([0-9a-f]{4})/.exec(textOf(card))[1]
  const direct = await slack.say(BEN, `approve 1 ${code}`, 'D0BEN0001')
  await slack.until('decided', s => s.messages.find(m => m.thread_ts === direct && /Plan 1/.test(textOf(m))))
  const plans = JSON.parse(execFileSync(APIOPS, ['plans', 'list', '--all', '--json', '--config', config, '--home', join(home, 'h')], { env: { ...process.env, ...env } }))
  assert.doesNotMatch(JSON.stringify(plans), /waiting/)
})
