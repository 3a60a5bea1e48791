// Stands between a client and a server, and cuts every connection when told to.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface CutProxy extends AsyncDisposable {
  readonly url: string
  /** @returns how many connections there were */
  cut(): number
}

export async function startCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    open.add(near)
    near.on('error', () => far.destroy()).on('close', () => (open.delete(near), far.destroy()))
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    const count = open.size
    for (const socket of open) socket.resetAndDestroy()
    return count
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
