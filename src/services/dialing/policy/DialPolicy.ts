import { Budget } from "./Budget.ts"
import { Candidate, Phase } from "./Candidate.ts"
import type { Decisions, DialLimits, DialOutcome, Shut } from "./decisions.ts"
import { Flights } from "./Flights.ts"
import { isGood, Lane } from "./Lane.ts"
import { Probations } from "./Probations.ts"
import { letsThroughWithin, Shedding } from "./Shedding.ts"
import { type Choice, Target } from "./Target.ts"
import { defaults, type DialTuning } from "./tuning.ts"

export type { Candidate } from "./Candidate.ts"
export type { Decisions, DialLimits, DialOutcome, Shut } from "./decisions.ts"
export { defaults, type DialTuning, ofAsks } from "./tuning.ts"

/** What slow starts die of, as long as none has. */
const noAnswerYet = "no answer yet"
/** Most failures and strikes that are counted. */
const most = 255

/**
 * Dial control, pure and synchronous: facts in, decisions out. It has no clock, no fiber and no I/O; times are milliseconds of a
 * monotonic clock, handed in with each fact. A {@link Target} is a host that teams dial, or Global as what answers their asks.
 *
 * ```
 *  a team at a target
 *
 *    enter ──▶ idle ──ready──▶ waiting ──start──▶ in flight ──opened──▶ open
 *               ▲                                  │      │               │
 *               │                     slow for 1 s │      │ opened, where │
 *               │                                  ▼      │ many die young│
 *               │                                slow     ▼               │
 *               │                                  │    proving ─lives on─┤
 *               ├──────── failed, given up ────────┴──┐   │               │
 *               └──────── lost ───────────────────────┴───┴───────────────┘
 *
 *  its lane, by what became of its last start
 *
 *    fresh ──lost, held──▶ held        held, fresh ──failed──▶ lapsed (has held, 3 times at most), failed
 *      │ ▲                             any ──opened──▶ held
 *      │ └─ first young death
 *      └─── second in a row ──▶ brief
 *
 *  a target
 *
 *    lanes with credit start at the pace, best first (1 in 8 for those below)
 *      │ each failure spends credit                        ▲ each success earns credit, ends the trouble, wakes who rests
 *      ▼                                                   │
 *    no waiting lane has credit: down to canaries, every 250 ms to 1 s
 * ```
 */
export class DialPolicy<T> {
  readonly #limits: DialLimits
  readonly #tuning: DialTuning
  readonly #random: () => number
  readonly #targets = new Map<string, Target<Candidate<T>>>()
  /** Targets that somebody waits for, in the order in which that began, or in which they had their last turn since. */
  readonly #busy = new Set<Target<Candidate<T>>>()
  readonly #budget: Budget
  readonly #flights: Flights<T>
  readonly #probations = new Probations<T>()
  readonly #shedding = new Shedding<T>()
  /** Starts whose offer has been renewed, and that wait until they may go on. */
  readonly #renewed = new Set<Candidate<T>>()
  /** What the facts since the last look have led to. */
  readonly #woken = new Set<Candidate<T>>()

  /** `random`: numbers from 0 to 1. */
  constructor(limits: DialLimits, random: () => number, tuning: Partial<DialTuning> = {}) {
    this.#limits = limits
    this.#random = random
    this.#tuning = { ...defaults, ...tuning }
    this.#budget = new Budget(limits.maxRate, this.#tuning)
    this.#flights = new Flights(limits.maxInFlight, this.#tuning)
  }

  get inFlight(): number {
    return this.#flights.inFlight + this.#flights.slow
  }

  get waiting(): number {
    let waiting = 0
    for (const target of this.#busy) waiting += target.waiting
    return waiting
  }

  targets(): Iterable<Target<Candidate<T>>> {
    return this.#targets.values()
  }

  // Facts

  /** A team comes to a target. `hasHeld`: true if it is known to have got through there before. */
  enter(key: string, team: T, now: number, hasHeld = false): Candidate<T> {
    return new Candidate(team, this.#joined(key, now), hasHeld)
  }

  /** Keeps what is known of a target, though nobody is at it. */
  keep(key: string, now: number): void {
    this.#joined(key, now)
  }

  /** A team goes away for good. A target that nobody is at is forgotten. */
  leave(candidate: Candidate<T>): void {
    if (candidate.phase === Phase.left) return
    this.withdraw(candidate)
    candidate.phase = Phase.left
    const { target } = candidate
    if (--target.members > 0) return
    this.#targets.delete(target.key)
    this.#probations.forget(target)
    this.#shedding.forget(target)
  }

  /** A team wants to start: the wait of its back-off is over. */
  ready(candidate: Candidate<T>, now: number): void {
    if (candidate.phase !== Phase.idle) return
    const { target } = candidate
    target.resting.delete(candidate)
    target.add(candidate, now)
    if (candidate.isNew) target.welcome(candidate)
    this.#busy.add(target)
    candidate.phase = Phase.waiting
    candidate.since = now
  }

  /** A team wants nothing any more, whatever it was doing. Its start comes back, and nobody is to blame. */
  withdraw(candidate: Candidate<T>): void {
    if (candidate.phase === Phase.left) return
    if (candidate.isWaiting) this.#unline(candidate)
    else if (candidate.isInFlight) {
      this.#land(candidate)
      this.#refund(candidate)
    } else if (candidate.phase === Phase.open || candidate.phase === Phase.proving) candidate.target.open--
    candidate.phase = Phase.idle
    candidate.target.resting.delete(candidate)
  }

  /** A team's wait after a failure is over, and it does something else before it is ready again: its end is no business of the target's. */
  roused(candidate: Candidate<T>): void {
    candidate.target.resting.delete(candidate)
  }

  /** A start has to renew its offer before it dials: until then it takes nothing of what may begin in a second. To be told at once. */
  renewing(candidate: Candidate<T>): void {
    if (!candidate.isInFlight || !candidate.isPaid) return
    candidate.isPaid = false
    this.#budget.refund()
  }

  /** A start has renewed its offer. It keeps its place, and goes on when it may: see {@link Decisions.resume}. */
  renewed(candidate: Candidate<T>): void {
    if (candidate.phase !== Phase.inFlight && candidate.phase !== Phase.slow) return
    this.renewing(candidate)
    this.#flights.hold(candidate)
    this.#renewed.add(candidate)
  }

  /** The handshake of a start is answered: what is still missing is the first frame. */
  answered(candidate: Candidate<T>): void {
    if (candidate.phase === Phase.inFlight || candidate.phase === Phase.slow) this.#flights.answer(candidate)
  }

  /** A start has ended. `why`: what it died of, to be shown. */
  outcome(candidate: Candidate<T>, outcome: DialOutcome, now: number, why = ""): void {
    if (!candidate.isInFlight) return
    const { since, target } = candidate
    const wasSlow = candidate.phase === Phase.slow
    this.#land(candidate)
    switch (outcome) {
      case "local":
        this.#refund(candidate)
        // What is lacking for one target may be there for others; whether it is, the caller says by `room`.
        target.blockedUntil = Math.max(target.blockedUntil, now + this.#tuning.pause)
        return
      case "opened":
        target.pace.answers.answered(now - since)
        candidate.since = now
        target.open++
        return target.proof > 0 ? this.#prove(candidate, now) : this.#succeed(candidate, now)
      case "refused":
      case "timeout":
        target.why = why
        // A slow one was told when it became slow.
        if (!wasSlow) target.pace.answers.failed()
        return this.#fail(candidate, now)
    }
  }

  /** A connection has ended by no wish of ours. How long it has lived decides on the lane of its team. */
  lost(candidate: Candidate<T>, now: number): void {
    const { phase, since, target } = candidate
    if (phase !== Phase.open && phase !== Phase.proving) return
    candidate.phase = Phase.idle
    target.open--
    target.resting.add(candidate)
    const age = now - since
    const { heldAfter, longestProof, round } = this.#tuning
    if (age >= (target.proof > 0 ? Math.min(target.proof, heldAfter) : heldAfter)) {
      candidate.strikes = 0
      candidate.hasHeld = true
      candidate.lane = Lane.held
      return
    }
    candidate.strikes = Math.min(most, candidate.strikes + 1)
    // A healthy team may be cut right after it has opened, once.
    candidate.lane = candidate.strikes < 2 ? Lane.fresh : Lane.brief
    if (candidate.lane === Lane.fresh) return
    target.proof = Math.min(longestProof, Math.max(target.proof, 2 * age, 5 * round))
    // Of the pace it says nothing: the handshake was taken.
    target.trouble(now)
    if (phase === Phase.open) target.credit.revoke(candidate.startedFrom)
  }

  /** The server of a target has asked to be left alone until then. */
  retryAfter(candidate: Candidate<T>, until: number): void {
    const { target } = candidate
    target.blockedUntil = Math.max(target.blockedUntil, until)
  }

  /** There is news of the platform: each target that is waited for may have a canary now. */
  news(now: number): void {
    for (const target of this.#busy) {
      target.canaryAt = now
      this.#budget.addCanary()
    }
  }

  /** Trouble of a candidate's target: since when nobody has got through, and what its last failed start died of. */
  troubleOf({ target }: Candidate<T>): { readonly since: number; readonly why: string } | undefined {
    return target.downAt === undefined ? undefined : { since: target.downAt, why: target.why }
  }

  // Decisions

  /** Time at which there is something to decide: now, if somebody waits, or if facts since the last look lead to anything. */
  dueAt(now: number): number {
    const isDue = this.#busy.size + this.#woken.size + this.#renewed.size > 0
    return isDue ? now : this.#nextAt(now, true)
  }

  /**
   * Decides what happens now. `room`: starts that our own machine has room for. `late`: time by which the look comes too late,
   * since our own process was busy or stalled: answers may have come in it, and wait to be read.
   */
  next(now: number, room = Infinity, late = 0): Decisions<T> {
    this.#budget.earn(now)
    this.#flights.age(now - late, ({ target }) => {
      if (target.downAt === undefined) target.why = noAnswerYet
      target.pace.answers.failed()
      target.trouble(now)
    })
    for (const candidate of this.#probations.end(now)) this.#succeed(candidate, now)
    for (const target of this.#busy) target.pass(now, late)
    const resume = this.#resumeAll(now)
    const giveUp: Array<Candidate<T>> = []
    const start = this.#startAll(now, room, giveUp)
    for (const { resting } of this.#shedding.look(this.#busy, now)) this.#wakeAll(resting)
    return {
      start,
      resume,
      giveUp,
      wake: this.#takeWoken(),
      shut: this.#takeShut(),
      at: this.#nextAt(now, room > start.length)
    }
  }

  #joined(key: string, now: number): Target<Candidate<T>> {
    let target = this.#targets.get(key)
    if (target === undefined) {
      target = new Target(key, now, this.#limits.maxRate, this.#tuning)
      this.#targets.set(key, target)
    }
    target.members++
    return target
  }

  /** Lets those go on that have renewed their offer, as far as the budget goes: they have had their turn. */
  #resumeAll(now: number): Array<Candidate<T>> {
    const resume: Array<Candidate<T>> = []
    for (const candidate of this.#renewed) {
      if (!this.#budget.hasStart) break
      this.#pay(candidate)
      this.#renewed.delete(candidate)
      this.#flights.resume(candidate, now)
      resume.push(candidate)
    }
    return resume
  }

  /** Lets targets start one each in turn, so that none that has many takes the place of one that has few. */
  #startAll(now: number, room: number, giveUp: Array<Candidate<T>>): Array<Candidate<T>> {
    const start: Array<Candidate<T>> = []
    let turns = this.#inOrder()
    while (turns.length > 0) {
      turns = turns.filter((target) => {
        if (start.length >= room || !this.#budget.hasStart || !this.#flights.hasRoom) return false
        const candidate = this.#startOne(target, now, giveUp)
        if (candidate !== undefined) start.push(candidate)
        return candidate !== undefined
      })
    }
    return start
  }

  /**
   * Targets that have let somebody through since they were last in trouble go first, then those that were never tried, the newest
   * first, and then the others: of each whose turn is longest ago.
   */
  #inOrder(): Array<Target<Candidate<T>>> {
    const busy = [...this.#busy]
    const proven = busy.filter(({ isProven }) => isProven)
    const untried = busy.filter(({ isProven, isTried }) => !isProven && !isTried)
    const others = busy.filter(({ isProven, isTried }) => !isProven && isTried)
    return [...proven, ...untried.toReversed(), ...others]
  }

  #startOne(target: Target<Candidate<T>>, now: number, giveUp: Array<Candidate<T>>): Candidate<T> | undefined {
    if (target.waiting === 0 || now < target.blockedUntil) return undefined
    const chosen = target.choose(now, this.#budget.hasCanary, this.#random)
    if (chosen === undefined) return undefined
    if (this.#flights.isFull) {
      const displaced = this.#flights.displace()
      if (displaced === undefined) return undefined
      giveUp.push(this.#drop(displaced, now))
    }
    this.#begin(chosen, now)
    return chosen.candidate
  }

  #begin({ candidate, isCanary, isCharged }: Choice<Candidate<T>>, now: number): void {
    const { lane, target } = candidate
    this.#unline(candidate)
    target.isTried = true
    // Behind all whose turn is longer ago.
    if (this.#busy.delete(target)) this.#busy.add(target)
    this.#pay(candidate)
    target.pace.begin()
    candidate.isNew = false
    candidate.startedFrom = lane
    candidate.isCharged = isCharged
    candidate.isCanary = isCanary
    if (isCharged) target.credit.spend(lane)
    if (isCanary) {
      this.#budget.spendCanary()
      target.sentCanary(now)
    }
    this.#flights.begin(candidate, now)
  }

  #unline(candidate: Candidate<T>): void {
    const { target } = candidate
    target.remove(candidate)
    candidate.phase = Phase.idle
    if (target.waiting === 0) this.#busy.delete(target)
  }

  #refund({ isCharged, startedFrom, target }: Candidate<T>): void {
    if (isCharged) target.credit.refund(startedFrom)
  }

  #pay(candidate: Candidate<T>): void {
    candidate.isPaid = true
    this.#budget.spend()
  }

  #land(candidate: Candidate<T>): void {
    this.#flights.land(candidate)
    this.#renewed.delete(candidate)
  }

  #wakeAll(candidates: Iterable<Candidate<T>>): void {
    for (const candidate of candidates) this.#woken.add(candidate)
  }

  #prove(candidate: Candidate<T>, now: number): void {
    const { lane, target } = candidate
    this.#probations.begin(candidate, now)
    if (lane <= Lane.fresh) target.credit.advance(lane)
  }

  /** Counts a connection that has got through. */
  #succeed(candidate: Candidate<T>, now: number): void {
    const { isCanary, isCharged, lane, startedFrom, target } = candidate
    candidate.phase = Phase.open
    target.pace.answers.succeeded()
    if (!isGood(lane)) target.pace.answers.retried(true)
    target.credit.earn(startedFrom, isCharged)
    if (isCanary) this.#budget.earnCanaries()
    if (target.downAt !== undefined) {
      const hasRecovered = target.hasRecovered(lane)
      if (hasRecovered) target.recoveredAt = now
      // Those that were cut, and have not failed since, need no more than that somebody gets through.
      for (const resting of target.resting) if (hasRecovered || isGood(resting.lane)) this.#woken.add(resting)
    }
    const wasDownFor = target.downAt === undefined ? 0 : now - target.downAt
    if (!target.isProven && wasDownFor > letsThroughWithin) target.pace.startAnew()
    target.lastSuccess = now
    target.downAt = undefined
    target.proof = 0
    target.isProven = true
    target.isShut = false
    candidate.lane = Lane.held
    candidate.fails = 0
  }

  #fail(candidate: Candidate<T>, now: number): void {
    const { lane, since, target } = candidate
    if (!isGood(lane)) target.pace.answers.retried(false)
    this.#demote(candidate)
    // The target has recovered since it began: what it died of is over.
    if (since < target.recoveredAt) this.#woken.add(candidate)
    target.trouble(now)
  }

  /** Gives up a start. */
  #drop(candidate: Candidate<T>, now: number): Candidate<T> {
    this.#land(candidate)
    this.#demote(candidate)
    candidate.target.trouble(now)
    return candidate
  }

  #demote(candidate: Candidate<T>): void {
    candidate.target.resting.add(candidate)
    candidate.strikes = 0
    candidate.fails = Math.min(most, candidate.fails + 1)
    candidate.lane = candidate.hasHeld && candidate.fails <= this.#tuning.lapses ? Lane.lapsed : Lane.failed
  }

  #takeWoken(): Array<Candidate<T>> {
    const woken = [...this.#woken].filter((candidate) => candidate.target.resting.has(candidate))
    this.#woken.clear()
    return woken
  }

  #takeShut(): Array<Shut<T>> {
    const shut: Array<Shut<T>> = []
    for (const target of this.#busy) {
      if (target.isShut || target.downAt === undefined || !target.isSpent) continue
      target.isShut = true
      shut.push({ key: target.key, why: target.why, waiters: target.waiters() })
    }
    return shut
  }

  #nextAt(now: number, hasRoom: boolean): number {
    const { pause, round } = this.#tuning
    let at = Math.min(this.#flights.nextAt(), this.#probations.nextAt(), this.#shedding.nextAt())
    // That there is room again is no fact that anybody tells.
    if (!hasRoom && this.#busy.size > 0) at = Math.min(at, now + pause)
    else for (const target of this.#busy) at = Math.min(at, target.nextAt(now))
    if (this.#renewed.size > 0) at = now
    return Math.max(at, now + round)
  }
}
