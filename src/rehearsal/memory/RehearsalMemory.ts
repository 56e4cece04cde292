import { Context, Duration, Effect, Layer } from "effect"
import { Socket } from "../../services/Socket.ts"
import { makePlatform } from "../core/Platform.ts"
import { makeVerbs } from "../core/verbs.ts"
import { type Behaviour, Cut, Rehearsal } from "../Rehearsal.ts"
import { ClientMachine } from "./ClientMachine.ts"
import { connectInMemory } from "./connectInMemory.ts"
import { Machine } from "./Machine.ts"
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
  /** True for a `Socket` that has `resolve`, as a real one has it. Default false: names are looked up in the dial. */
  readonly resolves?: boolean | undefined
  /** Time after which a look-up that is never answered fails. Default ten seconds. */
  readonly lookupTimeout?: Duration.Input | undefined
  /**
   * Time after which the client drops a connection that it has closed for what was sent on it, if the server does not end it.
   * Default five seconds and a half, as a fleet has it with the default drain timeout.
   */
  readonly closeTimeout?: Duration.Input | undefined
  /** Time within which a message must be whole, or else the client closes the connection. Default a minute, as a fleet has it. */
  readonly messageTimeout?: Duration.Input | undefined
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

/** An address on the internet, for names whose address nobody has named: those of documentation may not be dialled. */
const someAddress = "1.2.3.4"

const make = Effect.fnUntraced(function* ({
  address,
  closeTimeout = "5500 millis",
  hosts: hostCount = 1,
  latency,
  lookupTimeout = "10 seconds",
  maxFrame = 1 << 20,
  maxUnread = 1 << 20,
  messageTimeout = "1 minute",
  read,
  resolves = false,
  ...behaviour
}: MemoryOptions) {
  const network = yield* makeNetwork(latencyOf(latency), read)
  const hosts = hostsOfTeams(hostCount)
  const names = new Set([globalHost, ...hosts])
  const machine = new Machine(names, address ?? someAddress, Duration.fromInputUnsafe(lookupTimeout))
  let minted = 0
  // Nothing is reached by guessing here, and URLs that are counted read well in a trace.
  const platform = yield* makePlatform({
    hosts,
    mint: () => `${++minted}`,
    behaviour,
    catchUp: network.turns.caughtUp
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => platform.shutDown(Cut.Reset())))

  const origins = new Set([...names].map((name) => `ws://${name}`))
  return Context.make(Socket, {
    ...(resolves ? { resolve: ({ hostname }) => machine.resolve(hostname) } : {}),
    connect: connectInMemory({
      platform,
      network,
      machine,
      origins,
      address,
      closeTimeout,
      maxFrame,
      maxUnread,
      messageTimeout
    })
  }).pipe(
    Context.add(Rehearsal, makeVerbs(platform, `ws://${globalHost}/global`)),
    Context.add(ClientMachine, {
      answerNames: (answer, { host } = {}) => platform.act(() => machine.answerNames(answer, host)),
      limitSockets: (limit) =>
        platform.act(() => {
          machine.socketLimit = limit
        }),
      state: platform.act(() => machine)
    })
  )
})

/**
 * A rehearsal server and the `Socket` that reaches it, with the machine that this is on, all in this process: no network, and no time but Effect's
 * clock, so that a test under TestClock is deterministic. Dial `Rehearsal.globalUrl`.
 */
export const layerMemory = (options: MemoryOptions = {}): Layer.Layer<ClientMachine | Rehearsal | Socket> =>
  Layer.effectContext(make(options))
