import { Context, Data, Effect, Layer, Option, Result } from "effect"
import { NetAddress } from "effect/net"
import type { Endpoint } from "../wire/Endpoint.ts"
import { Settings } from "./Settings.ts"

/** An offer that must not be dialled. Says why; names no path. */
export class OfferRefused extends Data.TaggedError("OfferRefused")<{ readonly reason: string }> {
  override get message() {
    return `offer refused: ${this.reason}`
  }
}

/** True for loopback, link-local, private, unique-local, unspecified, multicast and broadcast addresses. */
const isInternal = (address: NetAddress.IpAddress): boolean => {
  if (NetAddress.isIpv6Address(address)) {
    const mapped = NetAddress.fromIpv4Mapped(address)
    if (Option.isSome(mapped)) return isInternal(mapped.value)
    if (NetAddress.isUniqueLocal(address)) return true
  } else if (NetAddress.isPrivate(address) || NetAddress.isBroadcast(address) || isSharedOrReserved(address)) {
    return true
  }
  return (
    NetAddress.isLoopback(address) ||
    NetAddress.isLinkLocal(address) ||
    NetAddress.isUnspecified(address) ||
    NetAddress.isMulticast(address)
  )
}

/** 0.0.0.0/8 ("this network") and 100.64.0.0/10 (carrier NAT): RFC 6890, not for the public internet either. */
const isSharedOrReserved = (address: NetAddress.Ipv4Address): boolean => {
  const [a = 0, b = 0] = NetAddress.formatIp(address).split(".").map(Number)
  return a === 0 || (a === 100 && b >= 64 && b < 128)
}

/** What is known of a host without asking a resolver; `undefined` for a name. */
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
export class DialPolicy extends Context.Service<
  DialPolicy,
  {
    /** Refuses what can be told from the URL. */
    readonly admit: (endpoint: Endpoint) => Effect.Effect<void, OfferRefused>
    /** Whether an address that a team's host resolves to may be connected to. */
    readonly allowsAddress: (address: string) => boolean
    /** Tells the policy which address the Global connection is on. */
    readonly learnGlobalAddress: (address: string) => void
  }
>()("botswain/services/DialPolicy") {
  static readonly layer: Layer.Layer<DialPolicy, never, Settings> = Layer.effect(
    DialPolicy,
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
          return literalIsInternal(endpoint.hostname) === true && !globalIsInternal
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
