import { Effect } from "effect"
import { DialError, noAnswer } from "../../services/DialError.ts"
import type { Turn } from "../../services/dialing/Turn.ts"
import { Liveness } from "../../services/Liveness.ts"
import { type Closed, type Connection, hangUp, type Receiver } from "../../services/Socket.ts"
import type { TeamCounter } from "../../services/Stats.ts"
import type { HeldConnection } from "../../services/TeamRegistry.ts"
import type { Transport } from "../../services/TeamState.ts"
import { TeamClientCodec, TeamServerCodec } from "../../wire/TeamApi.ts"
import { reportUndecoded } from "../reportUndecoded.ts"
import type { TeamServices } from "./services.ts"

/** End of a connection, as its team sees it. */
export type Ending = ({ readonly _tag: "Closed" } & Closed) | { readonly _tag: "Dead" } | { readonly _tag: "Left" }

const notOpen: Transport = { isOpen: () => false }

/** Id of the last ping of this process: all its fleets share it, so that none is ever used twice. Rule: protocol row 11. */
let lastPingId = 0

/**
 * Receives a team's frames: the path that every message takes. Frames are decoded and counted as they are read, in the
 * socket's own callback, so that no queue stands between the read and the count. Rule: protocol rows 10, 11, 15, 19 and 22.
 */
export class TeamReceiver implements HeldConnection, Receiver {
  readonly liveness = new Liveness()
  #ending: Ending | undefined = undefined
  #whenEnded: ((ending: Ending) => void) | undefined = undefined
  readonly #turn: Turn
  readonly #counter: TeamCounter
  readonly #services: Pick<TeamServices, "control" | "inbox" | "stats" | "throttle">
  #connection: Connection | undefined = undefined
  /** The id of the last ping, until it is answered. */
  #ping: number | undefined = undefined
  /** The peer has been declared dead. What follows is our own doing: neither its close, nor its answer to the handshake. */
  #isDead = false
  #isGivenUp = false

  constructor(
    turn: Turn,
    counter: TeamCounter,
    services: Pick<TeamServices, "control" | "inbox" | "stats" | "throttle">
  ) {
    this.#turn = turn
    this.#counter = counter
    this.#services = services
  }

  attach(connection: Connection): void {
    this.#connection = connection
  }

  hangUp(bound: number): Effect.Effect<void> {
    return this.#connection === undefined ? Effect.void : hangUp(this.#connection, bound)
  }

  /** Calls the listener, the only one, when the connection has ended; at once if it has already. */
  whenEnded(listener: (ending: Ending) => void): void {
    if (this.#ending === undefined) this.#whenEnded = listener
    else listener(this.#ending)
  }

  /** Why the handshake was not answered, where it was we who ended it. `connectTimeout`: its bound, in milliseconds. */
  whyUnanswered(connectTimeout: number): DialError | undefined {
    if (this.#isGivenUp) return new DialError({ reason: "timeout", detail: "it hung, and its place was wanted" })
    return this.#isDead ? noAnswer(connectTimeout, this.#connection) : undefined
  }

  /** Tells whether it is open: the connection itself, so that who asks of every team follows one object less. */
  get transport(): Transport {
    return this.#connection ?? notOpen
  }

  onFrame(frame: string): void {
    this.#heard()
    const decoded = TeamServerCodec.decode(frame)
    if (decoded._tag !== "Event") return reportUndecoded(decoded, "team", this.#services)
    const { event } = decoded
    if (event.type === "message") {
      this.#counter.count(event.text)
      this.#services.inbox.offer(this.#turn.team, event.text)
    } else if (event.type === "team.left") {
      this.#end({ _tag: "Left" })
    } else if (event.type === "pong" && event.unique_id === this.#ping) {
      this.#ping = undefined
      this.liveness.answered()
    }
  }

  onControl(): void {
    this.#heard()
  }

  onPart(): void {
    this.liveness.stirred()
  }

  onClosed(closed: Closed): void {
    if (closed.violation !== undefined) this.#services.stats.tally(`violation.${closed.violation}`)
    this.#end(this.#isDead ? { _tag: "Dead" } : { _tag: "Closed", ...closed })
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

  /** Ends a connection whose peer has said nothing yet: its place is wanted. */
  giveUp(): void {
    this.#isGivenUp = true
    this.declareDead()
  }

  #heard(): void {
    const { liveness } = this
    if (!liveness.greeted) this.#services.control.greeted(this.#turn)
    liveness.heard()
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.#whenEnded?.(ending)
  }
}
