import { lookup as resolve, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import addresses from 'ipaddr.js'

/**
 * Why an address is not called, for people: only unicast addresses of the public internet are, so
 * that a webhook is no way into the operator's own network. Undefined for one that may be called.
 */
export function refuseAddress(address: string): string | undefined {
  const range = rangeOf(addresses.parse(address))
  if (range === 'unicast') return undefined
  return `leads to ${address}, which is no public address (${range}); this server calls only public ones`
}

/** Of IPv6 only 2000::/3 is public: the rest is reserved, or spells IPv4 as ::127.0.0.1 does. */
const globalUnicast = addresses.IPv6.parseCIDR('2000::/3')

function rangeOf(address: addresses.IPv4 | addresses.IPv6): string {
  if (!('isIPv4MappedAddress' in address)) return address.range()
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().range()
  const range = address.range()
  return range === 'unicast' && !address.match(globalUnicast) ? 'reserved' : range
}

/**
 * Why a URL is not called, as far as it can be told before its name is looked up.
 * @param url an absolute http or https URL
 */
export function refuseUrl(url: string): string | undefined {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:') {
    return 'must begin with https://, or http:// where the server has --webhook-targets any'
  }
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(host) !== 0) return refuseAddress(host)
  if (host === 'localhost' || host.endsWith('.localhost')) {
    return 'leads to this machine; this server calls only public addresses'
  }
  return undefined
}

/**
 * Looks a name up for a connection, and gives the connection only addresses that were judged: what
 * is connected to is what was looked at, whatever the name means a moment later.
 */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '')
    const refusal = refusalOf(found)
    if (refusal !== undefined) return callback(new Error(refusal), '')
    const [first] = found
    if (options.all === true) return callback(null, found)
    return callback(null, first?.address ?? '', first?.family)
  })
}

/** One bad address spoils all: which of them is connected to would be chance. */
function refusalOf(found: readonly LookupAddress[]): string | undefined {
  if (found.length === 0) return 'the name has no address'
  return found.map(({ address }) => refuseAddress(address)).find((why) => why !== undefined)
}
