import { Result } from "effect"
import { NetAddress } from "effect/net"
import type { Endpoint } from "../wire/Endpoint.ts"

/** Proxies of a fleet, and the hosts that are dialled without. */
export interface Proxies {
  /** For ws URLs. */
  readonly ws: Endpoint | undefined
  /** For wss URLs. */
  readonly wss: Endpoint | undefined
  /** Hosts that are dialled without: `host` and all below it, `host:port`, an IP address, a range of them, or `*`. */
  readonly except: ReadonlyArray<string>
  /** True if hosts of this computer are dialled through the proxy too. */
  readonly loopback: boolean
}

/** Gives the proxy that an endpoint is dialled through; `undefined` for none. */
export const proxyFor = (proxies: Proxies | undefined, endpoint: Endpoint): Endpoint | undefined => {
  if (proxies === undefined) return undefined
  const proxy = endpoint.secure ? proxies.wss : proxies.ws
  if (proxy === undefined || (!proxies.loopback && isLoopback(endpoint.hostname))) return undefined
  return proxies.except.some((pattern) => isExcepted(pattern, endpoint)) ? undefined : proxy
}

const addressOf = (text: string): NetAddress.IpAddress | undefined =>
  Result.getOrUndefined(NetAddress.ipFromString(text))

const isLoopback = (hostname: string): boolean => {
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true
  const address = addressOf(hostname)
  return address !== undefined && NetAddress.isLoopback(address)
}

/** Parts of an exception: an address in brackets or a name, the bits of a range, and a port. */
const exception = /^(?:\[(?<v6>[^\]]+)\]|(?<bare>[^/[\]]*?))(?:\/(?<bits>\d{1,3}))?(?::(?<port>\d{1,5}))?$/

const isExcepted = (pattern: string, { hostname, port }: Endpoint): boolean => {
  const text = pattern.toLowerCase()
  if (text === "*") return true
  // An address of IPv6 without brackets has no port: its last colon is its own.
  const [v6Text, v6Bits] = text.split("/")
  const v6 = addressOf(v6Text!)
  if (v6 !== undefined && NetAddress.isIpv6Address(v6)) return isInRange(hostname, v6Text!, v6Bits)
  const { bare, bits, port: portText, v6: bracketed } = exception.exec(text)?.groups ?? {}
  if (portText !== undefined && Number(portText) !== port) return false
  const name = (bracketed ?? bare ?? "").replace(/^\*?\./, "").replace(/\.$/, "")
  if (name === "") return false
  if (addressOf(name) !== undefined) return isInRange(hostname, name, bits)
  return addressOf(hostname) === undefined && (hostname === name || hostname.endsWith(`.${name}`))
}

const bytesOf = (address: NetAddress.IpAddress): ReadonlyArray<number> =>
  NetAddress.isIpv4Address(address)
    ? NetAddress.ipv4ToOctets(address)
    : NetAddress.ipv6ToSegments(address).flatMap((segment) => [segment >> 8, segment & 0xff])

/** True if a host is an address whose first bits are those of another: of all, where their number is not said. */
const isInRange = (hostname: string, range: string, bits: string | undefined): boolean => {
  const [host, base] = [addressOf(hostname), addressOf(range)]
  if (host === undefined || base === undefined) return false
  const [theirs, ours] = [bytesOf(host), bytesOf(base)]
  if (theirs.length !== ours.length) return false
  const count = bits === undefined ? ours.length * 8 : Number(bits)
  if (count > ours.length * 8) return false
  return ours.every((byte, at) => {
    const kept = Math.min(Math.max(count - at * 8, 0), 8)
    const mask = (0xff << (8 - kept)) & 0xff
    return (byte & mask) === (theirs[at]! & mask)
  })
}
