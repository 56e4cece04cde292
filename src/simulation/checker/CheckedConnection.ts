import type { Effect } from "effect"
import type { Closed, Connection, DialError, NotOpen } from "../../services/Socket.ts"
import type { TeamId } from "../../wire/TeamId.ts"

/** What hears of the ways in which the fleet uses a connection. */
export interface Listener {
  /** Before it happens. */
  readonly onGiveUp: (connection: CheckedConnection, how: "close" | "terminate") => void
  readonly onSend: (connection: CheckedConnection, frame: string) => void
}

/** A connection of the fleet, and what is known of it. Times are milliseconds of virtual time. */
export class CheckedConnection implements Connection {
  readonly serial: number
  /** `undefined` for the Global connection. */
  readonly team: TeamId | undefined
  /** Name and port of what was dialled. */
  readonly host: string
  /** Which stay of the team it was begun for. */
  readonly stay: number
  readonly begunAt: number
  openedAt: number | undefined = undefined
  endedAt: number | undefined = undefined
  /** The handshake was answered with something else. */
  refused = false
  saidGoodbye = false
  /** When the fleet read from it last, in time that it did not stand still; and how often it had stood still by then. */
  heardAt = 0
  heardAtStall = 0
  greeted = false
  /** The fleet has begun to end it. */
  givenUp: "close" | "terminate" | undefined = undefined
  readonly #inner: Connection
  readonly #listener: Listener

  constructor(
    inner: Connection,
    facts: Pick<CheckedConnection, "serial" | "team" | "host" | "stay" | "begunAt">,
    listener: Listener
  ) {
    this.#inner = inner
    this.#listener = listener
    this.serial = facts.serial
    this.team = facts.team
    this.host = facts.host
    this.stay = facts.stay
    this.begunAt = facts.begunAt
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
    return this.#inner.send(frame)
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
    this.givenUp ??= how
  }
}
