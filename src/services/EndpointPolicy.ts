import { Context, Data, Effect, Layer, Result } from "effect"
import { NetAddress } from "effect/net"
import type { Endpoint } from "../wire/Endpoint.ts"
import { Settings } from "./Settings.ts"

/** An offer that must not be dialled. Says why; names no path. */
export class OfferRefused extends Data.TaggedError("OfferRefused")<{ readonly reason: string }> {
  override get message() {
    return `offer refused: ${this.reason}`
  }
}

/** True for an address that is not on the public internet: RFC 6890, RFC 4291 section 2.4. */
const isInternal = (address: NetAddress.IpAddress): boolean => {
  if (NetAddress.isIpv4Address(address)) return isInternalIpv4(address)
  const inner = innerIpv4(NetAddress.ipv6ToSegments(address))
  if (inner !== undefined) return isInternalIpv4(inner)
  const [first, second] = NetAddress.ipv6ToSegments(address)
  // Global unicast is 2000::/3; of that, 2001::/23 is for protocols, Teredo among them.
  return (first & 0xe000) !== 0x2000 || (first === 0x2001 && second < 0x0200)
}

const isInternalIpv4 = (address: NetAddress.Ipv4Address): boolean => {
  const [a, b, c] = NetAddress.ipv4ToOctets(address)
  return (
    NetAddress.isLoopback(address) ||
    NetAddress.isLinkLocal(address) ||
    NetAddress.isPrivate(address) ||
    // This network; multicast, reserved and broadcast.
    a === 0 ||
    a >= 224 ||
    // Carrier NAT, protocol assignments, benchmarks.
    (a === 100 && (b & 0xc0) === 64) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 198 && (b & 0xfe) === 18)
  )
}

/** Prefixes of an IPv4 address in the IPv6 address of the same host: mapped (RFC 4291), NAT64 (RFC 6052). */
const ipv4Prefixes = [
  [0, 0, 0, 0, 0, 0xffff],
  [0x64, 0xff9b, 0, 0, 0, 0]
]

/** The IPv4 address that packets to an IPv6 address end up at, if there is one. */
const innerIpv4 = (segments: NetAddress.Ipv6Segments): NetAddress.Ipv4Address | undefined => {
  if (ipv4Prefixes.some((prefix) => prefix.every((segment, at) => segment === segments[at]))) {
    return ipv4Of(segments[6], segments[7])
  }
  // 6to4, RFC 3056.
  return segments[0] === 0x2002 ? ipv4Of(segments[1], segments[2]) : undefined
}

const ipv4Of = (high: number, low: number): NetAddress.Ipv4Address =>
  NetAddress.ipv4FromBytesUnsafe(Uint8Array.of(high >>> 8, high, low >>> 8, low))

/** Judges a host without asking a resolver; `undefined` for a name. */
const literalIsInternal = (hostname: string): boolean | undefined => {
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true
  return addressIsInternal(hostname)
}

const addressIsInternal = (address: string): boolean | undefined => {
  const parsed = NetAddress.ipFromString(address)
  return Result.isSuccess(parsed) ? isInternal(parsed.success) : undefined
}

const matches = (pattern: string, endpoint: Endpoint): boolean => {
  const host = endpoint.hostname.includes(":") ? `[${endpoint.hostname}]` : endpoint.hostname
  const port = /:(\d+)$/.exec(pattern)?.[1]
  if (port !== undefined && Number(port) !== endpoint.port) return false
  const name = port === undefined ? pattern : pattern.slice(0, -port.length - 1)
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name
}

/**
 * Guards every dial of a URL that the server chose. Rule: protocol row 2. A team may not be reached over ws where the
 * Global connection is wss; and its address may not be an internal one unless the Global connection's is, or, where
 * hosts are listed, its host must be one of them.
 */
export class EndpointPolicy extends Context.Service<
  EndpointPolicy,
  {
    /** Refuses what can be told from the URL. */
    readonly admit: (endpoint: Endpoint) => Effect.Effect<void, OfferRefused>
    /** Whether an address that a team's host resolves to may be connected to. */
    readonly allowsAddress: (address: string) => boolean
    /** Tells the policy which address the Global connection is on. */
    readonly learnGlobalAddress: (address: string) => void
  }
>()("botswain/services/EndpointPolicy") {
  static readonly layer: Layer.Layer<EndpointPolicy, never, Settings> = Layer.effect(
    EndpointPolicy,
    Effect.gen(function* () {
      const { allowHosts, endpoint: global } = yield* Settings
      let globalIsInternal = literalIsInternal(global.hostname) ?? false
      const refuse = (reason: string) => Effect.fail(new OfferRefused({ reason }))

      return {
        admit: (endpoint) => {
          if (global.secure && !endpoint.secure) return refuse("it falls from wss to ws")
          if (allowHosts !== undefined) {
            return allowHosts.some((pattern) => matches(pattern, endpoint))
              ? Effect.void
              : refuse(`${endpoint.hostname} is not an allowed host`)
          }
          return !globalIsInternal && literalIsInternal(endpoint.hostname) === true
            ? refuse(`${endpoint.hostname} is an internal address`)
            : Effect.void
        },
        allowsAddress: (address) =>
          allowHosts !== undefined || globalIsInternal || addressIsInternal(address) === false,
        learnGlobalAddress: (address) => {
          globalIsInternal = addressIsInternal(address) ?? globalIsInternal
        }
      }
    })
  )
}
