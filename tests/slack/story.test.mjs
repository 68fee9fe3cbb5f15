// The console's story in the simulated Slack, and every other way in: apiops demo, people clicking and writing.
import test from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, Workspace, ANA, BEN, CHRIS, GINA, EVE, OPS, ALERTS, BOT, textOf, buttons } from './workspace.mjs'

const home = mkdtempSync(join(tmpdir(), 'apiops-slack-'))
let demo, slack
test.before(async () => {
  demo = await start(process.env.APIOPS, ['demo', '--port', '0', '--home', home], /simulated Slack:\n\s+(http\S+)/)
  slack = await Workspace.behind(demo.match[1])
  await slack.until('two sockets', s => s.sockets === 2)
})
test.after(async () => {
  const code = await demo.stop()
  rmSync(home, { recursive: true })
  assert.equal(code, 0)
  assert.doesNotMatch(demo.err + demo.out, /error|ticket|xoxb-|xapp-/i)
})

test('from the question over the fix and a second person\'s approval to the result', async () => {
  const thread = await slack.say(ANA, `${BOT} why are calls failing?`)
  const answer = await slack.answer(thread, /fail because its voice webhook does not answer/)
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: answer.ts, label: 'See the plan' })
  const card = await slack.answer(thread, /waiting for 1 approval/)
  assert.deepEqual(buttons(card), ['Approve', 'Reject', 'Change'])
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: card.ts, label: 'Approve' })
  await slack.until('a private refusal', s => s.messages.find(m => m.only_for === ANA && /someone else has to approve/.test(textOf(m))))
  await slack.act({ do: 'click', user: BEN, channel: OPS, ts: card.ts, label: 'Approve' })
  const done = await slack.until('the card says done', s => s.messages.find(m => m.ts === card.ts && /approved by Ben/.test(textOf(m)) && /read back/.test(textOf(m))))
  assert.deepEqual(buttons(done), ['Undo'])
  const late = await slack.until('nothing twice', s => s.messages.filter(m => /waiting for 1 approval/.test(textOf(m))).length === 0 && s)
  assert.equal(late.messages.filter(m => m.bot_id && m.thread_ts === thread && !m.only_for && !m.files).length, 2)
})

test('a rejection asks for the reason in a form, and the card keeps it', async () => {
  const thread = await slack.say(ANA, `${BOT} buy a phone number in 415 with sms`)
  const card = await slack.answer(thread, /Buy a phone number/)
  await slack.act({ do: 'click', user: CHRIS, channel: OPS, ts: card.ts, label: 'Reject' })
  const view = await slack.until('the form', s => Object.entries(s.views).find(([, v]) => v.type === 'modal' && v.for === CHRIS))
  await slack.act({ do: 'submit', user: CHRIS, view: view[0], typed: 'not this month' })
  const rejected = await slack.until('rejected', s => s.messages.find(m => m.ts === card.ts && /rejected/i.test(textOf(m))))
  assert.match(textOf(rejected), /not this month/)
  assert.ok(!buttons(rejected).includes('Approve'))
})

test('a plan that is changed before approval makes room for another one; the old buttons do nothing', async () => {
  const thread = await slack.say(ANA, `${BOT} buy a phone number in 415 with sms`)
  const card = await slack.answer(thread, /Plan \d+ · Buy a phone number/)
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: card.ts, label: 'Change' })
  const view = await slack.until('the form', s => Object.entries(s.views).find(([, v]) => v.type === 'modal' && v.for === ANA))
  await slack.act({ do: 'submit', user: ANA, view: view[0], typed: '628 instead' })
  const old = await slack.until('the old card says so', s => s.messages.find(m => m.ts === card.ts && /Plan \d+ took its place/.test(textOf(m))))
  assert.deepEqual(buttons(old), [])
  const next = await slack.until('the new card', s => s.messages.find(m => m.thread_ts === thread && m.ts !== card.ts && /\+1 628/.test(textOf(m)) && buttons(m).includes('Approve')))
  const oldApprove = card.blocks.flatMap(b => b.elements ?? []).find(e => e.text?.text === 'Approve').value
  await slack.act({ do: 'click', user: BEN, channel: OPS, ts: card.ts, value: oldApprove })
  await slack.until('a refusal', s => s.messages.find(m => m.only_for === BEN && /cancelled/.test(textOf(m))))
  await slack.act({ do: 'click', user: BEN, channel: OPS, ts: next.ts, label: 'Approve' })
  await slack.until('the new one is done', s => s.messages.find(m => m.ts === next.ts && /is ours/.test(textOf(m))))
})

test('another number is picked from the card; only who asked or may approve can do that', async () => {
  const thread = await slack.say(ANA, `${BOT} buy a phone number in 415 with sms`)
  const card = await slack.answer(thread, /Plan \d+ · Buy a phone number/)
  const other = buttons(card).find(label => !['Approve', 'Reject', 'Change'].includes(label))
  assert.ok(other, `there is another number on the card: ${buttons(card)}`)
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: card.ts, label: other })
  await slack.until('the old card makes room', s => s.messages.find(m => m.ts === card.ts && /took its place/.test(textOf(m))))
})

test('a row of a table is bought from its menu', async () => {
  const thread = await slack.say(ANA, `${BOT} find a number in 415 with sms`)
  const list = await slack.answer(thread, /\+1 415/)
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: list.ts, label: 'Buy' })
  await slack.answer(thread, /Plan \d+ · Buy/)
})

test('a direct message, the slash command and the shortcut are answered', async () => {
  const direct = await slack.say(ANA, 'API health', 'D0ANA0001')
  await slack.until('an answer in private', s => s.messages.find(m => m.bot_id && m.channel === 'D0ANA0001' && m.thread_ts === direct && /Twilio/.test(textOf(m))))
  await slack.act({ do: 'command', user: BEN, channel: OPS, text: 'what does 30007 mean' })
  await slack.until('an answer in the channel', s => s.messages.find(m => m.bot_id && m.channel === OPS && !m.thread_ts && /30007/.test(textOf(m)) && /asked: “what does 30007 mean”/.test(textOf(m))))
  const pasted = await slack.say(CHRIS, 'our log says: error 21610 on the last campaign')
  await slack.act({ do: 'shortcut', user: CHRIS, channel: OPS, ts: pasted })
  await slack.answer(pasted, /21610/)
})

test('in a thread of its own it needs no mention, elsewhere it keeps quiet', async () => {
  const thread = await slack.say(ANA, `${BOT} check Twilio errors`)
  await slack.answer(thread, /error/i)
  const before = (await slack.state()).messages.length
  await slack.say(ANA, 'OpenAI rate limits', OPS, thread)
  await slack.answer(thread, /OpenAI|limit/i)
  const lonely = await slack.say(ANA, 'why are calls failing?')
  await slack.say(ANA, 'check Twilio errors', OPS, lonely)
  const thread2 = await slack.say(ANA, `${BOT} who am I`)
  await slack.answer(thread2, /U0ANA0001/)
  const state = await slack.state()
  assert.equal(state.messages.filter(m => m.bot_id && m.thread_ts === lonely).length, 0)
  assert.ok(state.messages.length > before)
})

test('guests, people of other organisations and strangers are refused in private', async () => {
  for (const [who, words] of [[GINA, /Guests/], [EVE, /this organisation/]]) {
    await slack.say(who, `${BOT} API health`)
    const refused = await slack.until(`a refusal for ${who}`, s => s.messages.find(m => m.only_for === who))
    assert.match(textOf(refused), words)
  }
  const before = (await slack.state()).messages.length
  await slack.knob('deactivated', 'U0DAN0001')
  await slack.say('U0DAN0001', `${BOT} API health`)
  const refused = await slack.until('a refusal', s => s.messages.find(m => m.only_for === 'U0DAN0001' || (m.channel === 'D0DAN0001' && m.bot_id)))
  assert.match(textOf(refused), /switched off/)
  assert.ok((await slack.state()).messages.length > before)
})

test('invited to a channel it greets once, and where it is not a member a command still gets an answer', async () => {
  await slack.act({ do: 'invite', user: BEN, channel: ALERTS })
  await slack.until('a greeting', s => s.messages.find(m => m.channel === ALERTS && m.bot_id && /look after Twilio/.test(textOf(m))))
  await slack.act({ do: 'command', user: ANA, channel: 'C0GENERAL', text: 'API health' })
  const told = await slack.until('an answer by the command\'s own address', s => s.acks.find(a => a.response_url))
  assert.match(told.body.text, /invite @apiops/)
  assert.equal(told.body.response_type, 'ephemeral')
})

test('a trend comes as a picture in the thread, an overlong answer as a file', async () => {
  const thread = await slack.say(ANA, `${BOT} why are calls failing?`)
  const message = await slack.until('a picture', s => s.messages.find(m => m.thread_ts === thread && m.files?.[0]?.mimetype === 'image/png'))
  const bytes = Buffer.from(await (await fetch(message.files[0].url_private)).arrayBuffer())
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
})

test('everything was sent within the limits: Slack never had to say slow down', async () => {
  assert.equal((await slack.state()).limited, 0)
})

test('the home tab shows what can be asked and what waits', async () => {
  await slack.act({ do: 'home', user: BEN })
  const view = await slack.until('the home tab', s => s.views[`home/${BEN}`])
  assert.equal(view.type, 'home')
  assert.match(JSON.stringify(view), /Plan|plan/)
  await slack.act({ do: 'click', user: BEN, channel: 'home', label: 'Who am I' })
  await slack.until('the answer in the direct messages', s => s.messages.find(m => m.channel === 'D0BEN0001' && m.bot_id && /ben/.test(textOf(m))))
})

test('the alert stands once in the alerts channel and is edited, acknowledged by a click', async () => {
  const alert = await slack.until('the alert', s => s.messages.find(m => m.channel === ALERTS && /11200/.test(textOf(m))), 40_000)
  if (buttons(alert).includes('Acknowledge')) {
    await slack.act({ do: 'click', user: BEN, channel: ALERTS, ts: alert.ts, label: 'Acknowledge' })
    await slack.until('acknowledged', s => s.messages.find(m => m.ts === alert.ts && /Ben/.test(textOf(m))))
  }
  const state = await slack.state()
  const alerts = state.messages.filter(m => m.channel === ALERTS && !m.only_for && !m.thread_ts && /11200/.test(textOf(m)))
  assert.equal(alerts.length, 1, alerts.map(textOf).join('\n---\n'))
})

test('what a person pastes never comes back, and text from outside starts no mention', async () => {
  const key = 'sk_live_51' + 'AbCdEfGhIjKlMnOpQrSt'.repeat(4)
  const thread = await slack.say(ANA, `${BOT} is ${key} <!channel> good?`)
  const answer = await slack.answer(thread, /./)
  assert.ok(!JSON.stringify(answer).includes(key.slice(10, 40)))
  const said = (await slack.state()).messages.filter(m => m.bot_id)
  assert.ok(said.every(m => !/<!channel>|<!here>/.test(JSON.stringify(m))))
})
