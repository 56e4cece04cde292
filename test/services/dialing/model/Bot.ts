import type { Candidate } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import type { Fault, Host } from "./Host.ts"

/** What a bot is doing. `awaits…`: for its turn. */
export type BotState =
  | "out"
  | "awaits ask"
  | "asking"
  | "resolving"
  | "awaits dial"
  | "dialing"
  | "open"
  | "backing off"

/** Counts the bots of a crowd that are open. */
export interface Tally {
  up: number
}

/** A team and its session, as dial control sees them. */
export class Bot {
  readonly host: Host
  readonly tally: Tally
  /** How its dials end, whatever its host does. */
  fault: Fault | undefined
  state: BotState = "out"
  /** Number of steps taken: what was planned before the last of them does not happen. */
  steps = 0
  /** Failures in a row, as the back-off counts them. */
  failures = 0
  openedAt = 0
  offeredAt = 0
  hasBeenOffered = false
  ask: Candidate<Bot> | undefined = undefined
  dial: Candidate<Bot> | undefined = undefined

  constructor(host: Host, tally: Tally, fault: Fault | undefined) {
    this.host = host
    this.tally = tally
    this.fault = fault
  }

  /** Takes a step. */
  enter(state: BotState): void {
    if (this.state === "open") this.tally.up--
    if (state === "open") this.tally.up++
    this.state = state
    this.steps++
  }
}
