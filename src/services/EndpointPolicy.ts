import { Context, Data, Effect, Layer } from "effect"
import type { Endpoint } from "../wire/Endpoint.ts"
import { type AddressKind, addressKind, hostKind, isOwnKind } from "./addressKind.ts"
import { Settings } from "./Settings.ts"

/** An offer that must not be dialled. Says why; names no path. */
export class OfferRefused extends Data.TaggedError("OfferRefused")<{ readonly reason: string }> {
  override get message() {
    return `offer refused: ${this.reason}`
  }
}

/** Name of a host, and port where there is one, of an entry of the list of allowed hosts. */
const parts = (pattern: string): { readonly name: string; readonly port: number | undefined } => {
  const port = /:(\d+)$/.exec(pattern)?.[1]
  return port === undefined ? { name: pattern, port } : { name: pattern.slice(0, -port.length - 1), port: Number(port) }
}

const matches = (pattern: string, endpoint: Endpoint): boolean => {
  const host = endpoint.hostname.includes(":") ? `[${endpoint.hostname}]` : endpoint.hostname
  const { name, port } = parts(pattern)
  if (port !== undefined && port !== endpoint.port) return false
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name
}

/** Addresses that a list of allowed hosts names. */
const addressesIn = (patterns: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(patterns.map((pattern) => parts(pattern).name.replace(/^\[(.*)\]$/, "$1")))

/** Says why an address is not dialled. `opened`: the kind that teams may reach besides the public one. */
const whyNot = (kind: AddressKind): string =>
  isOwnKind(kind)
    ? `is a ${kind} address, and Global is on none`
    : `is a ${kind} address, which only --allow-host opens`

/**
 * Guards every dial of a URL that the server chose. Rule: protocol row 2. A team may not be reached over ws where the
 * Global connection is wss; and its address must be a public one, or of the Global connection's own kind. Where hosts are
 * listed, its host must be one of them, and its address may be any that is not for something else: link-local, metadata,
 * documentation and reserved ones are dialled only if the list names them.
 */
export class EndpointPolicy extends Context.Service<
  EndpointPolicy,
  {
    /** Refuses what can be told from the URL. */
    readonly admit: (endpoint: Endpoint) => Effect.Effect<void, OfferRefused>
    /** Whether an address that a team's host resolves to may be connected to. */
    readonly allowsAddress: (address: string) => boolean
    /**
     * Tells the policy which address the Global connection is on, each time that it is up. The first one decides which
     * kind is opened: a name that later resolves to another kind opens nothing. What is opened, or not, is logged.
     */
    readonly learnGlobalAddress: (address: string) => Effect.Effect<void>
  }
>()("botswain/services/EndpointPolicy") {
  static readonly layer: Layer.Layer<EndpointPolicy, never, Settings> = Layer.effect(
    EndpointPolicy,
    Effect.gen(function* () {
      const { allowHosts, endpoint: global } = yield* Settings
      const listed = addressesIn(allowHosts ?? [])
      const literal = hostKind(global.hostname)
      /** Kind of the first address that Global was on, and of the one that it is on now. */
      let first = literal
      let current = literal
      const refuse = (reason: string) => Effect.fail(new OfferRefused({ reason }))
      const opens = (kind: AddressKind | undefined): boolean =>
        kind === "public" || (isOwnKind(kind) && (allowHosts !== undefined || (kind === first && kind === current)))

      return {
        admit: (endpoint) => {
          if (global.secure && !endpoint.secure) return refuse("it falls from wss to ws")
          if (allowHosts !== undefined) {
            return allowHosts.some((pattern) => matches(pattern, endpoint))
              ? Effect.void
              : refuse(`${endpoint.hostname} is not an allowed host`)
          }
          const kind = hostKind(endpoint.hostname)
          return kind === undefined || opens(kind) ? Effect.void : refuse(`${endpoint.hostname} ${whyNot(kind)}`)
        },
        allowsAddress: (address) => opens(addressKind(address)) || listed.has(address),
        learnGlobalAddress: (address) =>
          Effect.suspend(() => {
            // Node names the interface of a link-local one.
            const kind = addressKind(address.replace(/%.*$/, ""))
            if (literal !== undefined || kind === undefined || kind === current) return Effect.void
            const isFirst = first === undefined
            first ??= kind
            current = kind
            if (allowHosts !== undefined) return Effect.void
            if (isFirst) {
              return isOwnKind(kind)
                ? Effect.logInfo(`Global is on a ${kind} address: team URLs may lead to ${kind} addresses too`)
                : Effect.void
            }
            return kind === first
              ? Effect.logInfo(`Global is on a ${kind} address again, as at first`)
              : Effect.logWarning(
                  `Global is on a ${kind} address, and was on a ${first} one at first: team URLs may lead to public addresses only, unless --allow-host names them`
                )
          })
      }
    })
  )
}
