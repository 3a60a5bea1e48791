import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whether what goes to an address or name stays on this machine. */
export function isLoopback(host: string): boolean {
  const kind = isIP(host)
  if (kind === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, kind === 6 ? 'ipv6' : 'ipv4')
}
