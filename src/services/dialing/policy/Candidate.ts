import { Lane } from "./Lane.ts"
import type { Target } from "./Target.ts"

/** What a candidate is doing at its target, in the order in which it does it. */
export const Phase = {
  /** Wants nothing: it waits on its back-off, or its connection was taken from it. */
  idle: 0,
  waiting: 1,
  inFlight: 2,
  /** In flight for so long that it has a place among the slow. */
  slow: 3,
  /** Has had to renew its offer, and waits in its place until it may go on. */
  renewed: 4,
  /** Its handshake is answered: it has no place in flight any more, and what is missing is the first frame. */
  answered: 5,
  /** Has had its first frame, and must live for a while to count. */
  proving: 6,
  open: 7,
  /** Gone for good: no fact is about it any more. */
  left: 8
} as const

/** A team at a target: a host that it dials, or Global as what answers its asks. The policy alone changes it. */
export class Candidate<T> {
  readonly team: T
  readonly target: Target<Candidate<T>>
  lane: number
  phase: number = Phase.idle
  /** Connections in a row that died young. */
  strikes = 0
  /** Starts in a row that failed. */
  fails = 0
  /** True once a connection of it has held there. */
  hasHeld: boolean
  /** Place in the line of its lane while it waits. */
  place = -1
  /** Time at which its phase began; while it is in flight, of its start. */
  since = 0
  /** True until its first start. */
  isNew = true
  /** Lane that it started from, whether that took credit, and whether it went in place of all. */
  startedFrom = 0
  isCharged = false
  isCanary = false
  /** True if it has taken its part of what may begin in a second. */
  isPaid = false

  constructor(team: T, target: Target<Candidate<T>>, hasHeld: boolean) {
    this.team = team
    this.target = target
    this.hasHeld = hasHeld
    this.lane = hasHeld ? Lane.held : Lane.fresh
  }

  /** Key of its target. */
  get key(): string {
    return this.target.key
  }

  get isWaiting(): boolean {
    return this.phase === Phase.waiting
  }

  get isInFlight(): boolean {
    return this.phase >= Phase.inFlight && this.phase <= Phase.answered
  }
}
