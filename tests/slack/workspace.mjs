// The simulated Slack, as a test sees it: people act, and what stands in the channels can be read.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export const ANA = 'U0ANA0001', BEN = 'U0BEN0001', CHRIS = 'U0CHRIS01', GINA = 'U0GINA001', EVE = 'U0EVE0001'
export const OPS = 'C0OPS0001', ALERTS = 'C0ALERTS1', BOT = '<@U0APIOPS1>'

// Starts a command of apiops; resolves when its output matches.
export async function start (program, args, ready, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const run = { child, out: '', err: '' }
  child.stdout.on('data', d => { run.out += d })
  child.stderr.on('data', d => { run.err += d })
  run.exited = new Promise(resolve => child.on('exit', code => resolve(code)))
  const end = Date.now() + 20_000
  while (!ready.test(run.out)) {
    if (Date.now() > end || child.exitCode !== null) throw new Error(`${args.join(' ')} did not start: ${run.out}${run.err}`)
    await sleep(20)
  }
  run.match = ready.exec(run.out)
  run.stop = async () => { child.kill('SIGTERM'); return run.exited }
  return run
}

export class Workspace {
  constructor (api, view) { this.view = view; this.control = api.replace(/\/api\/$/, '/__sandbox/slack'); this.api = api }
  static async behind (view) { return new Workspace((await (await fetch(view + 'where')).json()).api, view) }

  async act (what) {
    const reply = await (await fetch(this.control, { method: 'POST', body: JSON.stringify(what) })).json()
    if (reply.error) throw new Error(`${JSON.stringify(what)}: ${reply.error}`)
    return reply
  }

  async state () { return (await fetch(this.control)).json() }
  async say (user, text, channel = OPS, thread) { return (await this.act({ do: 'say', user, channel, text, thread })).ts }
  knob (name, value) { return this.act({ do: 'knob', name, value }) }

  // Until something holds of the state; what held is the result.
  async until (what, holds, patience = 15_000) {
    const end = Date.now() + patience
    for (;;) {
      const state = await this.state()
      const found = holds(state)
      if (found) return found
      if (Date.now() > end) throw new Error(`not seen in time: ${what}\n${state.messages.slice(-6).map(textOf).join('\n---\n')}`)
      await sleep(40)
    }
  }

  // The agent's message in that thread that says so.
  answer (thread, pattern, patience) {
    return this.until(`${pattern} in the thread`, s =>
      s.messages.find(m => m.bot_id && m.thread_ts === thread && pattern.test(textOf(m))), patience)
  }
}

export function textOf (message) {
  const words = [message.text]
  const walk = x => {
    if (Array.isArray(x)) x.forEach(walk)
    else if (x && typeof x === 'object') {
      if (typeof x.text === 'string') words.push(x.text)
      Object.values(x).forEach(walk)
    }
  }
  walk(message.blocks ?? [])
  return words.join('\n')
}

export const buttons = m => (m.blocks ?? []).filter(b => b.type === 'actions').flatMap(b => b.elements)
  .filter(e => e.type === 'button').map(e => e.text.text)
