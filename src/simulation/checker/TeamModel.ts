import type { Tally } from "../../rehearsal/RehearsalState.ts"
import { hasProps } from "../../services/hasProps.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"

/** Team as it should be: what the fleet was told of it, and what its sockets have carried. */
export class TeamModel {
  readonly id: TeamId
  /** True between a join and the next left that the fleet has read. */
  wanted = false
  /** Number of joins that made it wanted; 0 for a team that has never joined. */
  generation = 0
  messages = 0
  props = 0
  /** Memory that the fleet must have of it: it remembers (`certain`), has forgotten, or may have done either (`in doubt`). */
  memory: "certain" | "in doubt" | "forgotten" = "certain"
  /** Counts from before it came back, while the fleet may have forgotten them. */
  #doubted: Tally | undefined = undefined
  /** Active time of the join that made it wanted last. */
  joinedAt = -Infinity
  /** Counts that the fleet has forgotten, and by when, in active time. */
  readonly #forgotten: Array<{ readonly by: number; readonly messages: number }> = []
  /** Time at which it last joined or left, in milliseconds of virtual time. */
  movedAt: number | undefined = undefined
  /** Lefts that the fleet has read and may not have acted on: it does so in its own time. */
  leftsUnderWay = 0
  /** Messages at the times at which they were read lately, in active time. */
  #lately: Array<{ readonly at: number; readonly messages: number }> = []
  /** Connections that have not ended. */
  readonly connections = new Set<CheckedConnection>()

  constructor(id: TeamId) {
    this.id = id
  }

  count(text: string): void {
    this.messages++
    if (hasProps(text)) this.props++
  }

  /** Remembers how many messages there are now, for so many milliseconds. */
  remember(at: number, millis: number): void {
    while (this.#lately.length > 1 && this.#lately[1]!.at <= at - millis) this.#lately.shift()
    this.#lately.push({ at, messages: this.messages })
  }

  /** Messages that had been read by a time. */
  messagesBefore(time: number): number {
    return this.#lately.findLast(({ at }) => at <= time)?.messages ?? 0
  }

  /** Most messages that a journal may have which has, of what was forgotten, what `mayHave` says of the time. */
  mostStored(mayHave: (forgottenBy: number) => boolean): number {
    const kept = this.#forgotten.filter(({ by }) => mayHave(by))
    return Math.max(this.messages, ...kept.map(({ messages }) => messages))
  }

  /** Tallies that the fleet may have: one, or two while it may have forgotten the counts before. */
  get tallies(): readonly [Tally, ...ReadonlyArray<Tally>] {
    const { messages, props } = this
    const doubted = this.#doubted
    if (doubted === undefined) return [{ messages, props }]
    return [
      { messages, props },
      { messages: messages - doubted.messages, props: props - doubted.props }
    ]
  }

  get isDoubted(): boolean {
    return this.#doubted !== undefined
  }

  /** Notes that the fleet may forget what has been counted so far. */
  doubtCounts(): void {
    this.#doubted = { messages: this.messages, props: this.props }
  }

  /** Settles on one of {@link tallies}; counting goes on from there, and what is no longer counted is forgotten. */
  trustCounts({ messages, props }: Tally = this): void {
    if (messages < this.messages) this.#forgotten.push({ by: this.joinedAt, messages: this.messages })
    this.messages = messages
    this.props = props
    this.#doubted = undefined
    this.#lately = []
  }

  /** True if a connection is open, as far as the fleet may know at this instant. */
  get isConnected(): boolean {
    for (const connection of this.connections) if (connection.openedAt !== undefined && connection.isOpen()) return true
    return false
  }
}
