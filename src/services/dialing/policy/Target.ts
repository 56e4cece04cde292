import { Credit } from "./Credit.ts"
import { Fifo } from "./Fifo.ts"
import { isGood, Lane, laneCount } from "./Lane.ts"
import { Pace } from "./Pace.ts"
import type { DialTuning } from "./tuning.ts"
import { type Placed, WaitingLine } from "./WaitingLine.ts"

/** A candidate, as far as its target looks at it. */
export interface Member extends Placed {
  readonly lane: number
}

/** A connection that must live until `due` to count. */
export interface Probation<C> {
  readonly candidate: C
  readonly openedAt: number
  readonly due: number
}

/** Who starts next. */
export interface Choice<C> {
  readonly candidate: C
  /** True if it takes credit of its lane. */
  readonly isCharged: boolean
  /** True if it goes in place of all. */
  readonly isCanary: boolean
}

/** A host, or Global as what answers asks: who waits for it, and what is known of it. */
export class Target<C extends Member> {
  readonly key: string
  readonly credit: Credit
  readonly pace: Pace
  readonly lines: ReadonlyArray<WaitingLine<C>> = Array.from({ length: laneCount }, () => new WaitingLine<C>())
  /** Candidates that have failed or been lost there, and are not ready again yet. */
  readonly resting = new Set<C>()
  /** Connections on probation, by the time at which they opened. */
  readonly proving = new Fifo<Probation<C>>()
  /** Candidates, whatever they do; of them those that wait. */
  members = 0
  waiting = 0
  inFlight = 0
  /** Connections that are open, those on probation too. */
  open = 0
  /** Time since when nobody has got through, by the first failure since; `undefined` while there is no trouble. */
  downAt: number | undefined = undefined
  /** What its last failed start died of. */
  why = ""
  lastSuccess: number
  /** True once somebody has got through since it was last down to canaries: then it goes before targets of which nothing is known. */
  isProven = false
  /** True once anybody has started. */
  isTried = false
  /** True while it is down to canaries, for lanes that have credit of their own. */
  isShut = false
  /** Milliseconds that a connection must live to count: longer than those did that died young; 0 while none do. */
  proof = 0
  /** Time from which on a canary may go. */
  canaryAt = 0
  /** Time until which nobody starts: the server has asked for it. */
  blockedUntil = 0
  /** Time at which trouble of its own, and not of a few teams, was last over. */
  recoveredAt = -Infinity
  /** Time at which those that rest there were last woken because it sheds load. */
  wokenAt = -Infinity
  readonly #tuning: DialTuning
  #turnsBelow = 0
  #canaries = 0
  #lastCanaryAt = -Infinity
  #newcomer: C | undefined = undefined
  #picks = 0

  constructor(key: string, now: number, fastest: number, tuning: DialTuning) {
    this.key = key
    this.#tuning = tuning
    this.credit = new Credit(tuning)
    this.pace = new Pace(now, fastest, tuning)
    this.lastSuccess = now
  }

  /** True if somebody waits who has credit. */
  get hasCredit(): boolean {
    return this.lines.some(({ size }, lane) => size > 0 && this.credit.has(lane))
  }

  /** True if somebody waits in a lane that had credit of its own, and has none left. */
  get isSpent(): boolean {
    return this.lines.some(({ size }, lane) => size > 0 && isGood(lane) && !this.credit.has(lane))
  }

  add(candidate: C, now: number): void {
    if (this.waiting === 0) {
      this.pace.resume(now)
      if (this.inFlight === 0) this.credit.limit(0)
    }
    this.lines[candidate.lane]!.add(candidate)
    this.waiting++
  }

  remove(candidate: C): void {
    this.lines[candidate.lane]!.remove(candidate)
    this.waiting--
  }

  *waiters(): Iterable<C> {
    for (const line of this.lines) yield* line
  }

  /**
   * True if a success of a candidate in this lane means that trouble of the target itself is over: it was down to canaries, one
   * gets through that had failed, or nobody else is connected to it.
   */
  hasRecovered(lane: number): boolean {
    return this.isShut || !isGood(lane) || this.open <= 1
  }

  /** Notes a failure: from the first of them on there is trouble. */
  trouble(now: number): void {
    this.downAt ??= now
    if (this.waiting > 0 && !this.hasCredit) this.isProven = false
  }

  /** Earns the pace its allowance, and bounds the credit by what a round has let through. */
  pass(now: number, late: number): void {
    const gotThrough = this.pace.pass(now, late)
    if (gotThrough !== undefined) this.credit.limit(gotThrough)
  }

  /** Time at which there is something to decide, if no fact comes in. */
  nextAt(now: number): number {
    if (now < this.blockedUntil) return this.blockedUntil
    return this.hasCredit ? this.pace.nextAt(now) : this.canaryAt
  }

  /**
   * Chooses who starts: of the best lane that has credit, and each few turns of one below it. Where none has credit a canary, if
   * its time has come. `random`: a number from 0 to 1.
   */
  choose(now: number, mayBeCanary: boolean, random: () => number): Choice<C> | undefined {
    if (!this.pace.admits()) return undefined
    const best = this.#bestWithCredit()
    const isCanaryDue = mayBeCanary && now >= this.canaryAt
    // A lane that has spent its credit does not wait until worse ones have spent theirs.
    if (best !== undefined && isCanaryDue && this.#first() < best) {
      return { candidate: this.#pick(this.#first(), random), isCharged: false, isCanary: true }
    }
    if (best !== undefined) {
      const below = this.#worst()
      if (below > best && (this.#turnsBelow += this.#tuning.turnsBelow) >= 1) {
        this.#turnsBelow--
        return { candidate: this.#pick(below, random), isCharged: this.credit.has(below), isCanary: false }
      }
      return { candidate: this.#pick(best, random), isCharged: true, isCanary: false }
    }
    if (!isCanaryDue) return undefined
    return { candidate: this.#canary(random), isCharged: false, isCanary: true }
  }

  /** Lets one that waits for the first time be the next canary, soon: what others have died of may not be true of it. */
  welcome(newcomer: C): void {
    this.#newcomer = newcomer
    this.canaryAt = Math.min(this.canaryAt, this.#lastCanaryAt + this.#tuning.canaryMin)
  }

  /** Sets the time of the next canary: the longer the target has been down, the rarer they are. */
  sentCanary(now: number): void {
    const { canaryMax, canaryMin, canaryShare } = this.#tuning
    this.#lastCanaryAt = now
    this.canaryAt = now + Math.min(canaryMax, Math.max(canaryMin, (now - (this.downAt ?? now)) * canaryShare))
  }

  #bestWithCredit(): number | undefined {
    const lane = this.lines.findIndex(({ size }, each) => size > 0 && this.credit.has(each))
    return lane < 0 ? undefined : lane
  }

  /** The best lane in which somebody waits. */
  #first(): number {
    return this.lines.findIndex(({ size }) => size > 0)
  }

  #worst(): number {
    return this.lines.findLastIndex(({ size }) => size > 0)
  }

  #canary(random: () => number): C {
    const newcomer = this.#newcomer
    this.#newcomer = undefined
    return newcomer !== undefined && newcomer.place >= 0 ? newcomer : this.#pick(this.#canaryLane(), random)
  }

  /** Lane of the next canary: every other one is of the best lane that waits, the rest go round. */
  #canaryLane(): number {
    const turn = this.#canaries++
    const from = turn % 2 === 0 ? 0 : (turn >> 1) % laneCount
    for (let n = 0; n < laneCount; n++) {
      const lane = (from + n) % laneCount
      if (this.lines[lane]!.size > 0) return lane
    }
    return Lane.failed
  }

  /** The oldest of a lane; of those that nothing is known of the newest, any, the oldest, any: no order of joining hides the good ones. */
  #pick(lane: number, random: () => number): C {
    const line = this.lines[lane]!
    if (lane !== Lane.fresh) return line.oldest()
    const turn = this.#picks++ % 4
    if (turn % 2 === 1) return line.any(random())
    return turn === 0 ? line.newest() : line.oldest()
  }
}
