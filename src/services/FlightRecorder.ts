import { Context, Effect, Layer } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import { type Team, TeamRegistry, type TeamState, type Transition } from "./TeamRegistry.ts"

/** The rule that a wait was chosen by: after a stable connection, a step of the ladder, or the slow lane. */
export type WaitRule = "stable" | "ladder" | "slow lane"

/** One transition of a team. Times and durations are milliseconds of Effect's clock. */
export interface FlightEntry {
  readonly at: number
  readonly generation: number
  readonly from: TeamState["_tag"]
  readonly to: TeamState["_tag"]
  /** Which attempt in a row this belongs to, from 1; 0 where there is none. */
  readonly attempt: number
  readonly cause: string | undefined
  /** The code that the connection was closed with. */
  readonly code: number | undefined
  /** The wait that was chosen, and by which rule. */
  readonly wait: number | undefined
  readonly rule: WaitRule | undefined
  /** How long the connection had been up, where this ended it. */
  readonly lived: number | undefined
  /** Scheme, host and port of the dial that this began. */
  readonly origin: string | undefined
}

/** What the recorder has kept of one team. */
export interface Flight {
  /** Since when the team has been wanted, or not: milliseconds of Effect's clock. */
  readonly wantedSince: number
  /** Oldest first. */
  readonly entries: ReadonlyArray<FlightEntry>
  /** Older ones that were dropped. */
  readonly dropped: number
}

/** Transitions that are kept of each team. */
export const mostEntries = 32
/** Characters of text that they may hold together. */
export const mostText = 4_096
/** Characters of one text. */
const longestText = 200

const attemptOf = (state: TeamState): number => {
  switch (state._tag) {
    case "Waiting":
    case "Asking":
    case "Dialing":
    case "Open":
      return state.failures + 1
    case "Backoff":
    case "SlowLane":
      return Math.max(1, state.failures)
    case "Draining":
    case "Departed":
      return 0
  }
}

/** A transition as it is kept: its states hold sockets and fibers, so none of them is. */
export const entryOf = ({ at, cause, from, generation, to }: Transition): FlightEntry => {
  const waits = to._tag === "Backoff" || to._tag === "SlowLane" ? to : undefined
  return {
    at,
    generation,
    from: from._tag,
    to: to._tag,
    attempt: attemptOf(to),
    cause: (cause ?? waits?.reason ?? (to._tag === "Waiting" ? to.reason : undefined))?.slice(0, longestText),
    code: waits?.code,
    wait: waits && Math.max(0, waits.until - at),
    rule: waits && (waits._tag === "SlowLane" ? "slow lane" : waits.failures === 0 ? "stable" : "ladder"),
    lived: from._tag === "Open" ? at - from.since : undefined,
    origin: to._tag === "Dialing" ? to.origin : undefined
  }
}

const textOf = ({ cause, origin }: FlightEntry): number => (cause?.length ?? 0) + (origin?.length ?? 0)

class Recording implements Flight {
  wantedSince = 0
  readonly entries: Array<FlightEntry> = []
  dropped = 0
  #generation = -1
  #wanted = false
  #text = 0

  add(entry: FlightEntry, wanted: boolean): void {
    if (entry.generation !== this.#generation || wanted !== this.#wanted) this.wantedSince = entry.at
    this.#generation = entry.generation
    this.#wanted = wanted
    this.entries.push(entry)
    this.#text += textOf(entry)
    while (this.entries.length > mostEntries || this.#text > mostText) {
      const oldest = this.entries.shift()
      if (oldest === undefined) return
      this.#text -= textOf(oldest)
      this.dropped++
    }
  }
}

/** The last transitions of every team: what happened to it, when and why. Bounded in number and in bytes. */
export class FlightRecorder extends Context.Service<
  FlightRecorder,
  {
    /** What is kept of a team that the registry knows. Synchronous: one instant. */
    readonly flightUnsafe: (id: TeamId) => Flight | undefined
  }
>()("botswain/services/FlightRecorder") {
  /** Keeps them in this process. It observes the registry, so it misses nothing from the moment that it is built. */
  static readonly layer: Layer.Layer<FlightRecorder, never, TeamRegistry> = Layer.effect(
    FlightRecorder,
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      // By the registry's own object, so that a team that it forgets takes its flight along.
      const flights = new WeakMap<Team, Recording>()
      yield* registry.observe((transition) => {
        const team = registry.find(transition.id)
        if (team === undefined) return
        let recording = flights.get(team)
        if (recording === undefined) flights.set(team, (recording = new Recording()))
        recording.add(entryOf(transition), team.wanted)
      })
      return {
        flightUnsafe: (id) => {
          const team = registry.find(id)
          return team && flights.get(team)
        }
      }
    })
  )
}
