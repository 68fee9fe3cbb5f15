// What an agent says to Slack in a day: questions, a long answer, private words, a form, a plan that is approved, the home
// tab, a post that is looked up. node slack.mjs VIEW ENV_FILE API_URL FOLDER
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start, Workspace, ANA, BEN, GINA, OPS, ALERTS, BOT, textOf } from '../slack/workspace.mjs'

const [view, envFile, api, folder] = process.argv.slice(2)
const env = Object.fromEntries(readFileSync(envFile, 'utf8').trim().split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
env.SLACK_API_URL = api
const config = join(folder, 'apiops.yaml')
writeFileSync(config, `
console: {port: 0}
slack: {home_channel: ${ALERTS}, alerts_channel: ${ALERTS}, groups: {S0LEADS01: leads}}
people:
  - {id: ana, unix_user: ${execFileSync('id', ['-un']).toString().trim()}, identities: [{platform: slack, workspace: T0DEMO001, user: ${ANA}}]}
policy:
  - {risks: [test, change, spend], approvers: [leads]}
`)
const slack = await Workspace.behind(view)
const agent = await start(process.env.APIOPS, ['run', '--config', config, '--home', join(folder, 'home')], /http:\/\//, env)
await slack.until('two sockets', s => s.sockets === 2)
for (const [text, answer] of [['who am I', /ana/], ['list failed messages', /message/], ['API health', /Twilio/], ['help', /./]])
  await slack.answer(await slack.say(ANA, `${BOT} ${text}`), answer)
await slack.say(GINA, `${BOT} API health`)
await slack.until('a private refusal', s => s.messages.find(m => m.only_for === GINA))
await slack.act({ do: 'home', user: ANA })
await slack.until('the home tab', s => s.views[`home/${ANA}`])
await slack.knob('lose_post', true)
await slack.say(ANA, `${BOT} who am I`)
await slack.until('looked up', s => s.calls['conversations.replies'] >= 1)
const thread = await slack.say(ANA, `${BOT} buy a phone number in 415 with sms`)
const card = await slack.answer(thread, /Plan 1/)
await slack.act({ do: 'click', user: ANA, channel: OPS, ts: card.ts, label: 'Reject' })
const [form] = await slack.until('the form', s => Object.entries(s.views).find(([, v]) => v.for === ANA))
if (!form) throw new Error('no form')
await slack.act({ do: 'click', user: BEN, channel: OPS, ts: card.ts, label: 'Approve' })
await slack.until('bought', s => s.messages.find(m => m.ts === card.ts && /PN[0-9a-f]{32}/.test(textOf(m))))
execFileSync(process.env.APIOPS, ['doctor', '--config', config, '--home', join(folder, 'home')], { env: { ...process.env, ...env } })
await agent.stop()
