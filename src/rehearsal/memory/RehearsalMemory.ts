import { Context, Duration, Effect, Layer, Redacted } from "effect"
import { forbiddenAddress, refusedWith, Socket, unknownName } from "../../services/Socket.ts"
import { answerUpgrade } from "../core/answerUpgrade.ts"
import { makePlatform } from "../core/Platform.ts"
import { makeVerbs } from "../core/verbs.ts"
import { type Behaviour, Cut, Rehearsal } from "../Rehearsal.ts"
import { MemoryConnection } from "./MemoryConnection.ts"
import { MemoryTransport } from "./MemoryTransport.ts"
import { type Latency, makeNetwork, type ReadScheduler } from "./Network.ts"

/** Settings of a rehearsal in this process. */
export interface MemoryOptions extends Partial<Behaviour> {
  /**
   * Latency of what is sent, each way, by Effect's clock: a duration, or an effect that is run for each
   * thing sent. Default none.
   */
  readonly latency?: Duration.Input | Latency | undefined
  /** Number of hosts that the URLs of teams are spread over, h0.rehearsal.test and on. Default 1: Global's own. */
  readonly hosts?: number | undefined
  /** Bytes of the largest frame that the client reads. Default 1 MiB. */
  readonly maxFrame?: number | undefined
  /** UTF-16 code units that a client may leave unread, in a pause, before sends to it fail. Default 2^20. */
  readonly maxUnread?: number | undefined
  /** The address that the server's name resolves to. Default: none is known, and `allowsAddress` is not asked. */
  readonly address?: string | undefined
  /**
   * Runs what the client reads, at once or later but in order: a simulation stalls the client's event loop with it.
   * Default at once.
   */
  readonly read?: ReadScheduler | undefined
}

const globalHost = "rehearsal.test"

const hostsOfTeams = (count: number): ReadonlyArray<string> =>
  count === 1 ? [globalHost] : Array.from({ length: count }, (_, nth) => `h${nth}.${globalHost}`)

const latencyOf = (latency: MemoryOptions["latency"]): Latency | undefined => {
  if (latency === undefined || Effect.isEffect(latency)) return latency
  const fixed = Duration.fromInputUnsafe(latency)
  return Duration.isZero(fixed) ? undefined : Effect.succeed(fixed)
}

const make = Effect.fnUntraced(function* (options: MemoryOptions) {
  const {
    address,
    hosts: hostCount = 1,
    latency,
    maxFrame = 1 << 20,
    maxUnread = 1 << 20,
    read,
    ...behaviour
  } = options
  const network = yield* makeNetwork(latencyOf(latency), read)
  const hosts = hostsOfTeams(hostCount)
  const origins = new Set([globalHost, ...hosts].map((host) => `ws://${host}`))
  let minted = 0
  // Nothing is reached by guessing here, and URLs that are counted read well in a trace.
  const platform = yield* makePlatform({
    hosts,
    mint: () => `${++minted}`,
    behaviour,
    catchUp: network.turns.caughtUp
  })

  yield* Effect.addFinalizer(() => Effect.sync(() => platform.shutDown(Cut.Reset())))

  const socket: Socket["Service"] = {
    connect: (request, receiver) =>
      Effect.sync(() => {
        const client = new MemoryConnection(network, receiver, { maxFrame, maxUnread }, address)
        const url = new URL(Redacted.value(request.endpoint.url))
        const headers = Object.fromEntries(
          Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), Redacted.value(value)])
        )
        client.pipe.toServer(() => {
          if (!client.isDialling) return
          if (!origins.has(url.origin)) return client.onRefused(unknownName("ENOTFOUND"))
          if (address !== undefined && !request.allowsAddress(address)) {
            return client.onRefused(forbiddenAddress())
          }
          client.abandonHandshake = answerUpgrade(platform, {
            path: url.pathname,
            headers,
            accept: (attach) => {
              const transport = new MemoryTransport(client)
              client.onAccepted(transport)
              transport.attach(attach(transport))
            },
            refuse: (status, retryAfter) =>
              client.onRefused(refusedWith(status, retryAfter === undefined ? undefined : retryAfter * 1_000))
          })
        })
        return client
      })
  }
  return Context.make(Socket, socket).pipe(Context.add(Rehearsal, makeVerbs(platform, `ws://${globalHost}/global`)))
})

/**
 * A rehearsal server and the `Socket` that reaches it, both in this process: no network, and no time but Effect's
 * clock, so that a test under TestClock is deterministic. Dial `Rehearsal.globalUrl`.
 */
export const layerMemory = (options: MemoryOptions = {}): Layer.Layer<Rehearsal | Socket> =>
  Layer.effectContext(make(options))
