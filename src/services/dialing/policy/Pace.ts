import { Answers } from "./Answers.ts"
import type { DialTuning } from "./tuning.ts"

/** Share of failures from which on the pace gives way, and from which on it grows with care. */
const badShare = 1 / 4
const fairShare = 1 / 20
/** Growth of the pace in a round, in place of the full one, where answers are fair, or failures made it give way not long ago. */
const careful = 1.02
const carefulFor = 3_000
/** Growth as long after starts had queued up: their latency tells at once where they do again. */
const afterQueue = 1.1
/** Growth where many fail, and it is known that their own fault and not the pace makes them fail. */
const besideFailures = 1.1
/** Pace in the next round, as a share of the last, where starts queue up at the target, or fail of nobody knows what. */
const whileCrowded = 0.9
const whileUnknown = 0.8

/**
 * Pace of the starts at a target, which finds what the target bears: it grows while starts succeed and their latency stays near its
 * best, and gives way to what got through of late when they fail or take longer. Judged in rounds of {@link DialTuning.round}, or
 * of the latency.
 */
export class Pace {
  /** Starts a second. */
  rate: number
  readonly answers: Answers
  /** Time at which failures last showed that the pace was too fast. */
  shedAt = -Infinity
  #gaveWayAt = -Infinity
  readonly #tuning: DialTuning
  readonly #fastest: number
  #allowance: number
  #paidAt: number
  /** Facts of the round that is under way. */
  #begun = 0
  #wasWanted = false

  /** `fastest`: starts a second that are never exceeded. */
  constructor(now: number, fastest: number, tuning: DialTuning) {
    this.#tuning = tuning
    this.#fastest = fastest
    this.answers = new Answers(now, tuning.round)
    this.rate = Math.min(tuning.firstRate, fastest)
    this.#allowance = (this.rate * tuning.round) / 1_000
    this.#paidAt = now
  }

  /** Begins a time in which somebody waits: one in which nobody did saves up nothing. */
  resume(now: number): void {
    this.#paidAt = now
    this.answers.resume(now)
  }

  /** True if a start fits into the pace now; else notes that one was wanted. */
  admits(): boolean {
    if (this.#allowance >= 1) return true
    this.#wasWanted = true
    return false
  }

  /** Time at which the next start fits into the pace. */
  nextAt(now: number): number {
    return now + (Math.max(0, 1 - this.#allowance) * 1_000) / this.rate
  }

  begin(): void {
    this.#allowance--
    this.#begun++
  }

  /** Forgets another weather: the target is back. */
  startAnew(): void {
    this.answers.startAnew()
    this.shedAt = -Infinity
    this.#gaveWayAt = -Infinity
  }

  /** Earns allowance, and judges the round if it is over. Gives the starts that got through in it, or `undefined` while it goes on. */
  pass(now: number, late: number): number | undefined {
    this.answers.looked(late)
    const gotThrough = this.answers.isRoundOver(now) ? this.#judge(now) : undefined
    const most = (this.rate * this.#tuning.round) / 1_000 + 1
    this.#allowance = Math.min(most, this.#allowance + ((now - this.#paidAt) * this.rate) / 1_000)
    this.#paidAt = now
    return gotThrough
  }

  #judge(now: number): number {
    const gotThrough = this.answers.endRound(now)
    this.rate = Math.min(this.#fastest, this.#rateAfter(now, gotThrough))
    this.#begun = 0
    this.#wasWanted = false
    return gotThrough
  }

  #rateAfter(now: number, gotThrough: number): number {
    const { answers, rate } = this
    if (answers.failing > badShare) return this.#rateWhileManyFail(now)
    if (gotThrough > 0 && answers.isCrowded) {
      // Below what is borne, so that the queue drains; never far below, since what is borne is known.
      const { borne } = answers
      return this.#giveWay(now, Math.min(Math.max(rate * whileCrowded, borne / 2), borne * whileCrowded))
    }
    if (!this.#wasWanted || this.#begun === 0) return rate
    return Math.max(rate, answers.borne) * this.#growth(now)
  }

  #growth(now: number): number {
    const { answers } = this
    if (now - this.shedAt < carefulFor || answers.takesLonger) return careful
    if (now - this.#gaveWayAt < carefulFor) return afterQueue
    if (answers.failing <= fairShare) return this.#tuning.growth
    return answers.fault === "teams" ? besideFailures : careful
  }

  #rateWhileManyFail(now: number): number {
    const { answers, rate } = this
    switch (answers.fault) {
      case "pace":
        answers.forgetFailures()
        this.shedAt = now
        return this.#giveWay(now, answers.borne)
      case "teams":
        // The others need not slow down for them.
        return this.#wasWanted ? rate * besideFailures : rate
      case "unknown":
        return Math.max(Math.min(rate, this.#tuning.firstRate), rate * whileUnknown)
    }
  }

  #giveWay(now: number, to: number): number {
    this.#gaveWayAt = now
    return Math.max(this.#tuning.slowestRate, Math.min(this.rate, to))
  }
}
