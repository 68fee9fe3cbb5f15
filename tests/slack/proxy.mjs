// Between the agent and the simulated Slack's sockets: holds back, cuts and injects bytes.
import net from 'node:net'

export class Proxy {
  constructor (target) { this.target = target; this.pairs = new Set(); this.frozen = false; this.slice = false; this.dials = 0 }

  async listen () {
    this.server = net.createServer(client => this.join(client))
    await new Promise(resolve => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `ws://127.0.0.1:${this.server.address().port}`
    return this
  }

  join (client) {
    this.dials++
    const server = net.connect(this.target, '127.0.0.1')
    const pair = { client, server }
    this.pairs.add(pair)
    client.setNoDelay(true)
    client.on('data', d => { if (!this.frozen) server.write(d) })
    server.on('data', d => {
      if (this.frozen) return
      if (!this.slice) return client.write(d)
      for (const byte of d) client.write(Buffer.from([byte]))
    })
    const end = () => { client.destroy(); server.destroy(); this.pairs.delete(pair) }
    for (const socket of [client, server]) { socket.on('close', end); socket.on('error', end) }
  }

  // Bytes to the agent, as if the server had sent them.
  inject (bytes) { for (const { client } of this.pairs) client.write(bytes) }
  // Present connections hold still from now on; new ones work.
  freeze () {
    for (const { client, server } of this.pairs) { client.removeAllListeners('data'); server.removeAllListeners('data'); client.pause(); server.pause() }
    this.pairs.clear()
  }

  drop () { for (const { client, server } of this.pairs) { client.destroy(); server.destroy() } }
  close () { this.drop(); this.server.close() }
}
