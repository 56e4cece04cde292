import { Effect } from "effect"
import { Inbox } from "../../services/Inbox.ts"
import type { Peer } from "../../services/KeepAlive.ts"
import { Liveness } from "../../services/Liveness.ts"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { type Closed, type Connection, hangUp, type Receiver, wasTooBig } from "../../services/Socket.ts"
import { Stats, type TeamCounter } from "../../services/Stats.ts"
import type { Transport } from "../../services/TeamState.ts"
import type { Decoded } from "../../wire/Frame.ts"
import { TeamClientCodec, TeamServerCodec } from "../../wire/TeamApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"

/** How a connection ended, as its team sees it. */
export type Ending =
  | { readonly _tag: "Closed"; readonly code: number }
  | { readonly _tag: "Dead" }
  | { readonly _tag: "Left" }

/** What all links of a fleet share. */
export interface ReceiverServices {
  readonly inbox: Inbox["Service"]
  readonly stats: Stats["Service"]
  readonly throttle: LogThrottle["Service"]
}

export const receiverServices: Effect.Effect<ReceiverServices, never, Inbox | LogThrottle | Stats> = Effect.gen(
  function* () {
    return { inbox: yield* Inbox, stats: yield* Stats, throttle: yield* LogThrottle }
  }
)

const notOpen: Transport = { isOpen: () => false }

/** Counts up for all fleets of the process, so that no ping id is ever used twice. Rule: protocol row 11. */
let lastPingId = 0

/**
 * The receiving end of a team's connection: the path that every message takes. Frames are decoded and counted as they
 * are read, in the socket's own callback, so that no queue stands between the read and the count, and a connection
 * costs one object. Rule: protocol rows 10, 11, 15, 19 and 22.
 */
export class TeamReceiver implements Peer, Receiver {
  readonly liveness = new Liveness()
  #ending: Ending | undefined = undefined
  #whenEnded: ((ending: Ending) => void) | undefined = undefined
  readonly #team: TeamId
  readonly #counter: TeamCounter
  readonly #context: ReceiverServices
  #connection: Connection | undefined = undefined
  /** The id of the last ping. */
  #ping = 0
  /** The peer has been declared dead. What follows is our own doing: neither its close, nor its answer to the handshake. */
  #isDead = false

  constructor(team: TeamId, counter: TeamCounter, context: ReceiverServices) {
    this.#team = team
    this.#counter = counter
    this.#context = context
  }

  attach(connection: Connection): void {
    this.#connection = connection
  }

  /** Ends the connection, if there is one: a close handshake, and after `bound` milliseconds the hard way. */
  hangUp(bound: number): Effect.Effect<void> {
    return this.#connection === undefined ? Effect.void : hangUp(this.#connection, bound)
  }

  /** Calls the listener, the only one, when the connection has ended; at once if it has already. */
  whenEnded(listener: (ending: Ending) => void): void {
    if (this.#ending === undefined) this.#whenEnded = listener
    else listener(this.#ending)
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** What tells whether it is open: the connection itself, so that who asks of every team follows one object less. */
  get transport(): Transport {
    return this.#connection ?? notOpen
  }

  onFrame(frame: string): void {
    this.liveness.heard()
    const decoded = TeamServerCodec.decode(frame)
    if (decoded._tag !== "Event") return reportUndecoded(decoded, "team", this.#context)
    const { event } = decoded
    if (event.type === "message") {
      this.#counter.count(event.text)
      this.#context.inbox.offer(this.#team, event.text)
    } else if (event.type === "team.left") {
      this.#end({ _tag: "Left" })
    } else if (event.type === "pong" && event.unique_id === this.#ping) {
      this.liveness.answered()
    }
  }

  onControl(): void {
    this.liveness.heard()
  }

  onClosed(closed: Closed): void {
    if (wasTooBig(closed)) this.#context.stats.tally("frame.too-big")
    this.#end(this.#isDead ? { _tag: "Dead" } : { _tag: "Closed", code: closed.code })
  }

  ping(): void {
    this.#ping = ++lastPingId
    this.#connection?.post(TeamClientCodec.encode({ type: "ping", unique_id: this.#ping }))
  }

  declareDead(): void {
    // Terminated first, or who waits for the end would hang up with a close handshake.
    this.#isDead = true
    this.#connection?.terminate()
    this.#end({ _tag: "Dead" })
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.#whenEnded?.(ending)
  }
}

/** Counts a frame that was no event; a malformed one is worth a line too. Rule: protocol row 22. */
export const reportUndecoded = (
  decoded: Exclude<Decoded<unknown>, { readonly _tag: "Event" }>,
  connection: "team" | "global",
  { stats, throttle }: Pick<ReceiverServices, "stats" | "throttle">
): void => {
  if (decoded._tag === "UnknownType") return stats.tally("frame.unknown-type")
  stats.tally(`frame.malformed.${decoded.reason}`)
  throttle.warnUnsafe(`malformed ${connection} frame`, "a frame was malformed", { connection, problem: decoded.detail })
}
