// Slack's own clients, unchanged, against the simulated workspace: that they work proves that it behaves like Slack.
import test from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, Workspace, ANA, BEN, GINA, OPS, BOT } from './workspace.mjs'

const require = createRequire(import.meta.url)
const { WebClient, LogLevel } = require('@slack/web-api')
const { SocketModeClient } = require('@slack/socket-mode')
const { App } = require('@slack/bolt')

const home = mkdtempSync(join(tmpdir(), 'apiops-clients-'))
let box, slack, bot, app, url
test.before(async () => {
  box = await start(process.env.APIOPS, ['sandbox', 'slack', '--env-file', join(home, 'env')], /Slack can be looked at and used here: (http\S+)/)
  slack = await Workspace.behind(box.match[1])
  const env = Object.fromEntries(readFileSync(join(home, 'env'), 'utf8').trim().split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
  bot = env.SLACK_BOT_TOKEN; app = env.SLACK_APP_TOKEN; url = env.SLACK_API_URL
})
test.after(async () => { await box.stop(); rmSync(home, { recursive: true }) })

const client = () => new WebClient(bot, { slackApiUrl: url, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } })
const refusal = async call => { try { await call; return null } catch (e) { return e.data?.error ?? e.code } }

test('web-api: who we are, posting, editing, threads with metadata, private answers, deleting', async () => {
  const web = client()
  const me = await web.auth.test()
  assert.equal(me.user_id, 'U0APIOPS1')
  const post = await web.chat.postMessage({ channel: OPS, text: 'hello', metadata: { event_type: 'plan_card', event_payload: { nonce: 'n1' } } })
  await web.chat.postMessage({ channel: OPS, text: 'reply', thread_ts: post.ts })
  await web.chat.update({ channel: OPS, ts: post.ts, text: 'edited' })
  const thread = await web.conversations.replies({ channel: OPS, ts: post.ts, include_all_metadata: true })
  assert.equal(thread.messages.length, 2)
  assert.equal(thread.messages[0].metadata.event_payload.nonce, 'n1')
  assert.equal(thread.messages[0].text, 'edited')
  assert.ok((await web.chat.postEphemeral({ channel: OPS, user: ANA, text: 'psst' })).message_ts)
  assert.equal((await web.users.info({ user: GINA })).user.is_restricted, true)
  assert.deepEqual((await web.usergroups.users.list({ usergroup: 'S0LEADS01' })).users, [BEN, 'U0CHRIS01'])
  await web.chat.delete({ channel: OPS, ts: post.ts })
  assert.equal(await refusal(web.chat.update({ channel: OPS, ts: post.ts, text: 'x' })), 'message_not_found')
})

test('web-api: what Slack refuses is refused with Slack\'s word', async () => {
  const web = client()
  const blocks = n => Array.from({ length: n }, () => ({ type: 'section', text: { type: 'plain_text', text: 'x' } }))
  assert.equal(await refusal(web.chat.postMessage({ channel: 'C0GENERAL', text: 'x' })), 'not_in_channel')
  assert.equal(await refusal(web.chat.postMessage({ channel: 'C0OLD0001', text: 'x' })), 'is_archived')
  assert.equal(await refusal(web.chat.postMessage({ channel: 'C0NONE', text: 'x' })), 'channel_not_found')
  assert.equal(await refusal(web.chat.postMessage({ channel: OPS })), 'no_text')
  assert.equal(await refusal(web.chat.postMessage({ channel: OPS, text: 'x', blocks: blocks(51) })), 'invalid_blocks')
  const long = Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(2_900) } }))
  assert.equal(await refusal(web.chat.postMessage({ channel: OPS, text: 'x', blocks: long })), 'msg_blocks_too_long')
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }
  assert.equal(await refusal(web.chat.postMessage({ channel: OPS, text: 'x', blocks: [table, table] })), 'only_one_table_allowed')
  assert.equal(await refusal(new WebClient('xoxb-wrong', { slackApiUrl: url, logLevel: LogLevel.ERROR }).auth.test()), 'invalid_auth')
  assert.equal(await refusal(new WebClient(bot, { slackApiUrl: url, logLevel: LogLevel.ERROR }).apps.connections.open()), 'not_allowed_token_type')
})

test('web-api: a file in two calls', async () => {
  const web = client()
  const done = await web.files.uploadV2({ channel_id: OPS, filename: 'a.txt', content: 'the whole answer' })
  assert.equal(done.ok, true)
  const message = await slack.until('the file', s => s.messages.find(m => m.files?.[0]?.name === 'a.txt'))
  assert.match(await (await fetch(message.files[0].url_private)).text(), /the whole answer/)
})

test('socket-mode: hello, an envelope acknowledged, a refresh, a redelivery', async () => {
  const socket = new SocketModeClient({ appToken: app, clientOptions: { slackApiUrl: url }, logLevel: LogLevel.ERROR })
  const seen = []
  let silent = true
  socket.on('slack_event', async ({ ack, body, retry_num: retry }) => {
    if (body.event?.type !== 'app_mention') return ack()
    seen.push(retry)
    if (!silent) await ack()
  })
  await socket.start()
  await slack.say(ANA, `${BOT} one`)
  await slack.until('a repetition', () => seen.some(n => n > 0), 8_000)
  silent = false
  await slack.until('acknowledged', s => s.waiting === 0)
  await slack.act({ do: 'socket', disconnect: 'refresh_requested' })
  await slack.until('a new socket', s => s.calls['apps.connections.open'] >= 2 && s.sockets >= 1)
  await socket.disconnect()
})

test('bolt: a mention, a button, a form and the slash command', async () => {
  const bolt = new App({ token: bot, appToken: app, socketMode: true, clientOptions: { slackApiUrl: url }, installerOptions: { clientOptions: { slackApiUrl: url } }, logLevel: LogLevel.ERROR })
  let typed = null
  bolt.event('app_mention', async ({ event, say }) => say({
    text: 'pick', thread_ts: event.ts,
    blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'why', text: { type: 'plain_text', text: 'Why?' }, value: 'v' }] }]
  }))
  bolt.action('why', async ({ ack, body, client: web }) => {
    await ack()
    await web.views.open({
      trigger_id: body.trigger_id,
      view: { type: 'modal', callback_id: 'form', title: { type: 'plain_text', text: 'Why?' }, submit: { type: 'plain_text', text: 'Send' }, blocks: [{ type: 'input', block_id: 'b', label: { type: 'plain_text', text: 'Reason' }, element: { type: 'plain_text_input', action_id: 'a' } }] }
    })
  })
  bolt.view('form', async ({ ack, view }) => { await ack(); typed = view.state.values.b.a.value })
  bolt.command('/apiops', async ({ ack }) => ack({ text: 'at your service' }))
  await bolt.start()
  await slack.until('a socket', s => s.sockets >= 1)
  const thread = await slack.say(ANA, `${BOT} hello`)
  const message = await slack.until('the buttons', s => s.messages.find(m => m.thread_ts === thread && m.text === 'pick'))
  await slack.act({ do: 'click', user: ANA, channel: OPS, ts: message.ts, label: 'Why?' })
  const [id] = await slack.until('the form', s => Object.entries(s.views).find(([, v]) => v.for === ANA))
  await slack.act({ do: 'submit', user: ANA, view: id, typed: 'because' })
  await slack.until('what was typed', () => typed === 'because')
  await slack.act({ do: 'command', user: ANA, channel: OPS, text: 'x' })
  await slack.until('the answer to the command', s => s.acks.find(a => a.payload?.text === 'at your service'))
  await bolt.stop()
})
