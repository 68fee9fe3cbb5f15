// The faults of Slack, by their numbers: what must come out whatever goes wrong. apiops run beside apiops sandbox.
import test from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createServer as tlsServer } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Proxy } from './proxy.mjs'
import { start, Workspace, ANA, BEN, OPS, ALERTS, BOT, textOf } from './workspace.mjs'

const APIOPS = process.env.APIOPS
let tried = 0

// Below the ports that the system gives to connections (32768 and up on Linux): one of those could take it meanwhile.
async function freePort () {
  for (;;) {
    const port = 10_000 + (process.pid + tried++) % 22_000
    const server = createServer()
    const free = await new Promise(resolve => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)))
    if (!free) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}

// A sandbox and an agent of their own; `before` may set knobs before the agent starts.
async function world (t, before = async () => {}, { services = [], inbox = 100000, paced = false, args = [], env: more = {}, quiet = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'apiops-fault-'))
  const health = await freePort()
  const box = await start(APIOPS, ['sandbox', 'slack', ...services, '--env-file', join(home, 'env')], /Slack can be looked at and used here: (http\S+)/)
  const slack = await Workspace.behind(box.match[1])
  const env = Object.fromEntries(readFileSync(join(home, 'env'), 'utf8').trim().split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
  writeFileSync(join(home, 'apiops.yaml'), `
console: {port: 0}
health: {port: ${health}}
limits: {asks_a_minute: 1000000, inbox: ${inbox}}
slack: {no_pace: ${!paced}, home_channel: ${ALERTS}}
people:
  - {id: ana, groups: [support], identities: [{platform: slack, workspace: T0DEMO001, user: ${ANA}}]}
  - {id: ben, groups: [ops], identities: [{platform: slack, workspace: T0DEMO001, user: ${BEN}}]}
policy:
  - {risks: [test, change, spend], approvers: [ops]}
`)
  await slack.knob('unlimited', true)
  await before(slack)
  const agent = await start(APIOPS, ['run', '--config', join(home, 'apiops.yaml'), '--home', join(home, 'h'), ...args], /http:\/\//, { ...env, ...more })
  t.after(async () => {
    await agent.stop()
    await box.stop()
    rmSync(home, { recursive: true })
    assert.doesNotMatch(agent.err + agent.out, /ticket|xoxb-|xapp-/)
    assert.ok(!quiet || !/\[error\]|stopped:/.test(agent.err), agent.err)
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
  let watching = true
  const watch = (async () => { while (watching) { fewest = Math.min(fewest, (await slack.state()).sockets); await sleep(20) } })()
  await slack.act({ do: 'socket', disconnect: 'refresh_requested' })
  const threads = []
  for (let i = 0; i < 50; i++) { threads.push(await slack.say(ANA, `${BOT} who am I`)); await sleep(30) }
  await slack.until('four sockets for a while', s => s.sockets >= 3, 8_000)
  const state = await slack.until('all answers', s => threads.every(x => answersTo(s, x).length === 1) && s)
  watching = false
  await watch
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

// A certificate of that kind for localhost, and the server that shows it.
async function tlsFarSide (t, make) {
  const dir = mkdtempSync(join(tmpdir(), 'apiops-tls-'))
  const openssl = args => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' })
  openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA'])
  make(openssl, dir)
  const server = tlsServer({ key: readFileSync(join(dir, 'k')), cert: readFileSync(join(dir, 'c')) }, socket => socket.destroy())
  server.on('tlsClientError', () => {})
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); rmSync(dir, { recursive: true }) })
  return { url: `wss://localhost:${server.address().port}`, ca: join(dir, 'ca.pem') }
}
const signed = (name, days) => (openssl, dir) => {
  openssl(['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'k', '-out', 'r', '-subj', `/CN=${name}`])
  writeFileSync(join(dir, 'x'), `subjectAltName=DNS:${name}`)
  openssl(['x509', '-req', '-in', 'r', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'c', '-extfile', 'x', ...days])
}
for (const [what, make, cause] of [
  ['of an unknown authority', (openssl) => openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'k', '-out', 'c', '-days', '1', '-subj', '/CN=localhost']), /self.signed certificate/],
  ['that has run out', signed('localhost', ['-days', '-1']), /expired/],
  ['of another host', signed('elsewhere.example', ['-days', '1']), /host ?name|mismatch|other host/i]
]) {
  test(`fault 14: a certificate ${what} is refused, and the cause is named`, async t => {
    const far = await tlsFarSide(t, make)
    const { slack, healthOf } = await world(t, s => s.knob('socket_url', far.url), { env: { SSL_CERT_FILE: far.ca } })
    const end = Date.now() + 10_000
    let health
    do { health = await healthOf(); await sleep(100) } while (!/certificate|verif/i.test(health.slack.trouble) && Date.now() < end)
    assert.match(health.slack.trouble, cause)
    assert.equal((await slack.state()).sockets, 0)
  })
}

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
  assert.match(health.slack.trouble, /(app|bot) token/)
  assert.equal(health.store, 'takes writes')
})

// All of fault 17's 10,000 messages: APIOPS_BURST_SECONDS=10.
const BURST = Number(process.env.APIOPS_BURST_SECONDS ?? 2)
test(`fault 17: a burst of ${BURST * 1000} messages in ${BURST} s is answered; memory stays under its cap`, async t => {
  const { slack, agent } = await world(t)
  await connected(slack)
  const said = []
  for (let second = 0; second < BURST; second++) {
    const began = Date.now()
    said.push(...(await slack.act({ do: 'flood', user: ANA, channel: 'D0ANA0001', text: 'who am I', times: 1000 })).sent)
    await sleep(Math.max(0, 1000 - (Date.now() - began)))
  }
  assert.equal(said.length, BURST * 1000)
  const end = Date.now() + 240_000
  let answered
  do { await sleep(500); answered = (await slack.act({ do: 'count' })).answered } while (answered < BURST * 1000 && Date.now() < end)
  assert.equal(answered, BURST * 1000)
  const rss = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${agent.child.pid}/status`, 'utf8'))[1]) / 1024
  assert.ok(rss < 256, `${rss} MiB at the most`)
})

test('fault 17: above the inbox\'s bound a person is told, and nothing is lost silently', async t => {
  const { slack } = await world(t, async () => {}, { inbox: 20 })
  await connected(slack)
  await slack.act({ do: 'flood', user: ANA, channel: OPS, text: `${BOT} who am I`, times: 400 })
  const note = await slack.until('a note', s => s.messages.find(m => m.only_for === ANA && /Too many asks/.test(textOf(m))))
  assert.match(textOf(note), /send it again/)
  await slack.until('each envelope is acknowledged', s => s.waiting === 0)
  // As the note says: send it again in a moment. Until what was let in is answered, the inbox is still full.
  let answered
  for (let tries = 0; !answered && tries < 30; tries++)
    answered = await slack.answer(await slack.say(ANA, 'who am I', 'D0ANA0001'), /You are ana/, 2_000).catch(() => undefined)
  assert.ok(answered, 'asked again 30 times, never answered')
})

test('fault 17: a channel that is flooded while Slack takes one message a second holds up no other', async t => {
  const { slack } = await world(t, undefined, { paced: true })
  await connected(slack)
  await slack.act({ do: 'flood', user: ANA, channel: OPS, text: `${BOT} who am I`, times: 300 })
  await slack.until('the first answers', s => s.messages.some(m => m.bot_id && m.channel === OPS))
  await slack.until('all are taken in', s => s.waiting === 0)
  await sleep(3000) // by then more answers wait than may be on their way
  const asked = Date.now()
  await slack.answer(await slack.say(ANA, 'who am I', 'D0ANA0001'), /ana/, 20_000)
  const waited = Date.now() - asked
  assert.ok(waited < 5000, `the direct message was answered after ${waited} ms`)
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

test('fault 18: what is said in one thread stays in order', async t => {
  const { slack } = await world(t)
  await connected(slack)
  const thread = await slack.say(ANA, `${BOT} who am I`)
  await slack.answer(thread, /ana/)
  await slack.knob('post_429', 2)
  for (const word of ['one1', 'two2', 'three3']) {
    await slack.say(ANA, `ping ${word}`, OPS, thread)
    await slack.until('it is acknowledged', s => s.waiting === 0) // of two sockets the later one may be read first
  }
  const state = await slack.until('all three', s => answersTo(s, thread).length === 4 && s, 20_000)
  assert.deepEqual(answersTo(state, thread).slice(1).map(m => /pong · ping (\w+)/.exec(textOf(m))[1]), ['one1', 'two2', 'three3'])
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
  await slack.say(ANA, 'any news?', OPS, thread)
  await slack.until('the home channel hears of it', s => s.messages.find(m => m.channel === ALERTS && /can't write in slack C0OPS0001/.test(textOf(m))))
  const audit = execFileSync(APIOPS, ['audit', 'export', '--config', config, '--home', join(home, 'h')], { env: { ...process.env, ...env }, encoding: 'utf8' })
  assert.match(audit, /undelivered/)
  const plans = JSON.parse(execFileSync(APIOPS, ['plans', 'list', '--all', '--json', '--config', config, '--home', join(home, 'h')], { env: { ...process.env, ...env } }))
  assert.doesNotMatch(JSON.stringify(plans), /waiting/)
})

// Everything that left the agent (what the simulated Slack was sent), its log at debug level, and its audit trail.
async function everythingSaid ({ slack, agent, config, home, env }) {
  const audit = execFileSync(APIOPS, ['audit', 'export', '--config', config, '--home', join(home, 'h')], { env: { ...process.env, ...env }, encoding: 'utf8' })
  const state = await slack.state()
  return JSON.stringify(state.messages.filter(m => m.bot_id)) + JSON.stringify(state.views) + agent.err + agent.out + audit
}

test('fault 38: a service that echoes the key in its error; it is in no message, no log, no audit trail', async t => {
  const w = await world(t, async () => {}, { services: ['twilio', 'openai', 'stripe'], args: ['--log', 'debug'] })
  await connected(w.slack)
  for (const service of ['twilio', 'openai', 'stripe'])
    await fetch(`${w.env.TWILIO_BASE_URL}/__sandbox/faults`, { method: 'POST', body: JSON.stringify({ service, kind: 'echo_key' }) })
  for (const ask of ['check Twilio errors', 'API health', 'which keys are valid', 'check Stripe errors', 'OpenAI rate limits', 'why are calls failing?']) {
    const thread = await w.slack.say(ANA, `${BOT} ${ask}`)
    await w.slack.until(`an answer to ${ask}`, s => answersTo(s, thread).some(m => !/Looking|Reading/.test(textOf(m))), 40_000)
  }
  const said = await everythingSaid(w)
  assert.match(said, /Slack: chat.postMessage → 200/, 'the log is at debug level')
  for (const name of ['TWILIO_AUTH_TOKEN', 'OPENAI_API_KEY', 'OPENAI_ADMIN_KEY', 'STRIPE_SECRET_KEY', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'])
    assert.ok(!said.includes(w.env[name]), `${name} is nowhere`)
  const basic = Buffer.from(`${w.env.TWILIO_ACCOUNT_SID}:${w.env.TWILIO_AUTH_TOKEN}`).toString('base64')
  assert.ok(!said.includes(basic), 'nor as it travels')
})

test('a key that a person pastes is in nothing that leaves, nor in the log at debug level', async t => {
  const w = await world(t, async () => {}, { args: ['--log', 'debug'] })
  await connected(w.slack)
  const keys = ['sk_live_51' + 'QwErTyUiOp'.repeat(8), 'sk-proj-' + 'A1b2C3d4E5'.repeat(6), w.env.SLACK_BOT_TOKEN]
  for (const key of keys) {
    const thread = await w.slack.say(ANA, `${BOT} is ${key} still good?`)
    await w.slack.answer(thread, /./)
    await w.slack.act({ do: 'command', user: ANA, channel: OPS, text: `diagnose ${key}` })
    const pasted = await w.slack.say(BEN, `it says: invalid key ${key}`)
    await w.slack.act({ do: 'shortcut', user: BEN, channel: OPS, ts: pasted })
    await w.slack.answer(pasted, /./)
  }
  const said = await everythingSaid(w)
  for (const key of keys) assert.ok(!said.includes(key.slice(8, 40)), 'no part of it is said')
})
