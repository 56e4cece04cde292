import type { Effect } from "effect"
import type { DialError } from "../../services/DialError.ts"
import type { Closed, Connection, NotOpen } from "../../services/Socket.ts"
import type { TeamId } from "../../wire/TeamId.ts"

/** Callbacks for how the fleet uses a connection. */
export interface ConnectionListener {
  /** Called before the connection is closed or terminated. */
  readonly onGiveUp: (connection: CheckedConnection, how: "close" | "terminate") => void
  readonly onSend: (connection: CheckedConnection, frame: string) => void
  /** Follows a frame until the peer has taken it. */
  readonly whileSending: <E>(connection: CheckedConnection, send: Effect.Effect<void, E>) => Effect.Effect<void, E>
}

/** Connection of the fleet, with what the checker knows of it. Times are milliseconds of virtual time. */
export class CheckedConnection implements Connection {
  readonly serial: number
  /** `undefined` for the Global connection. */
  readonly team: TeamId | undefined
  /** Host name and port. */
  readonly host: string
  /** Generation of the team that it was dialled for; 0 for Global. */
  readonly generation: number
  readonly dialledAt: number
  /** Time from which its timeout counts: for Global that of its look-up. */
  readonly attemptedAt: number
  openedAt: number | undefined = undefined
  endedAt: number | undefined = undefined
  /** Why the handshake has failed, once it has. */
  failure: DialError | undefined = undefined
  saidGoodbye = false
  /** Active time at which the fleet last read from it, and the number of stalls until then. */
  heardAt = 0
  stallsWhenHeard = 0
  /** True once the peer has been heard after the handshake. */
  greeted = false
  /** True while a message has begun that is not whole. */
  midMessage = false
  /** Active time since which the peer has not taken what was sent to it; `undefined` while nothing waits. */
  untakenSince: number | undefined = undefined
  /** Number of stalls until then. */
  stallsWhenSent = 0
  /** Active time at which the peer has last taken what it had left waiting. */
  takenAt = -Infinity
  /** Way in which the fleet has begun to end it. */
  givenUp: "close" | "terminate" | undefined = undefined
  readonly #inner: Connection
  readonly #listener: ConnectionListener

  constructor(
    inner: Connection,
    facts: Pick<CheckedConnection, "serial" | "team" | "host" | "generation" | "dialledAt" | "attemptedAt">,
    listener: ConnectionListener
  ) {
    this.#inner = inner
    this.#listener = listener
    this.serial = facts.serial
    this.team = facts.team
    this.host = facts.host
    this.generation = facts.generation
    this.dialledAt = facts.dialledAt
    this.attemptedAt = facts.attemptedAt
  }

  get opened(): Effect.Effect<void, DialError> {
    return this.#inner.opened
  }

  get closed(): Effect.Effect<Closed> {
    return this.#inner.closed
  }

  get name(): string {
    return `${this.team === undefined ? "global" : `team ${JSON.stringify(this.team)}`} #${this.serial}`
  }

  isOpen(): boolean {
    return this.#inner.isOpen()
  }

  peerAddress(): string | undefined {
    return this.#inner.peerAddress()
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    if (this.isOpen()) this.#listener.onSend(this, frame)
    return this.#listener.whileSending(this, this.#inner.send(frame))
  }

  post(frame: string): void {
    if (this.isOpen()) this.#listener.onSend(this, frame)
    this.#inner.post(frame)
  }

  ping(): void {
    this.#inner.ping()
  }

  pause(): void {
    this.#inner.pause()
  }

  resume(): void {
    this.#inner.resume()
  }

  close(code: number): void {
    this.#giveUp("close")
    this.#inner.close(code)
  }

  terminate(): void {
    this.#giveUp("terminate")
    this.#inner.terminate()
  }

  #giveUp(how: "close" | "terminate"): void {
    if (this.endedAt !== undefined) return
    this.#listener.onGiveUp(this, how)
    // One that has been refused is over already.
    if (this.failure === undefined) this.givenUp ??= how
  }
}
