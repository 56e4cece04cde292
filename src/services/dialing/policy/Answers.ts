import { Fifo } from "./Fifo.ts"

/** Share of the rounds before that is left in the memory of the next. */
const memory = 0.7
/** Time over which it is counted what gets through: a server that sheds load may do so by the second. */
const second = 1_000
/** Time for which it is remembered how re-starts end, and how many of them are remembered however long ago they were. */
const retriesLive = 2_000
const retriesKept = 10
/** Share of re-starts that get through from which on failures are the fault of the pace, and number that it takes to know that they are not. */
const retriesGetThrough = 0.05
const enoughRetries = 8
/** Time for which answers may take longer than their best: then it is not the pace that makes them, and this is their best. */
const longestCrowding = 3_000
/** Longest round, however slow the answers are. */
const longestRound = 1_000

/** What got through in a round. */
interface Through {
  readonly until: number
  /** Its length, without the time that our own process was late by. */
  readonly time: number
  readonly starts: number
}

/** How a target has answered of late, in rounds: what its pace is judged by. Times are milliseconds. */
export class Answers {
  /** Latency of answers, smoothed; 0 before the first. */
  latency = 0
  readonly #shortestRound: number
  #best = Infinity
  #crowdedSince: number | undefined = undefined
  /** Facts of the round that is under way. */
  #since: number
  #successes = 0
  #failures = 0
  #latencies = 0
  #wasLate = false
  #late = 0
  /** Mean latency of the last round that had answers. */
  #mean = 0
  /** Facts of the last rounds, the older the less. */
  #pastSuccesses = 0
  #pastFailures = 0
  #pastTime = 0
  /** Rounds of the last second. */
  readonly #lastSecond = new Fifo<Through>()
  #throughInSecond = 0
  #timeInSecond = 0
  #retries = 0
  #retriesKept = 0
  #retriesThrough = 0

  constructor(now: number, shortestRound: number) {
    this.#since = now
    this.#shortestRound = shortestRound
  }

  succeeded(): void {
    this.#successes++
  }

  failed(): void {
    this.#failures++
  }

  /** Notes how long an answer took. */
  answered(latency: number): void {
    this.#latencies += latency
  }

  /** Notes that a look came too late: answers may have waited for us, and not we for them. */
  looked(late: number): void {
    if (late > this.#shortestRound / 2) this.#wasLate = true
    this.#late += late
  }

  /** Notes how a start of a team that had failed before has ended. */
  retried(gotThrough: boolean): void {
    if (gotThrough) this.#retriesThrough++
    this.#retriesKept++
    this.#retries++
  }

  /** Begins a round in which somebody waits: one in which nobody did says nothing of what can get through. */
  resume(now: number): void {
    this.#since = Math.max(this.#since, now - this.#shortestRound)
  }

  /** Forgets another weather: the target is back. */
  startAnew(): void {
    this.#pastSuccesses = 0
    this.#pastFailures = 0
    this.#pastTime = 0
    this.#failures = 0
    this.#best = Infinity
    this.#crowdedSince = undefined
  }

  /** Forgets the failures that have been acted on. */
  forgetFailures(): void {
    this.#pastFailures = 0
  }

  /** True once a round has lasted: as long as answers take, so that it shows what its own starts have led to. */
  isRoundOver(now: number): boolean {
    const length = Math.max(this.#shortestRound, Math.min(longestRound, this.latency))
    return now - this.#since >= length && this.#successes + this.#failures > 0
  }

  /** Ends a round. Gives the starts that got through in it. */
  endRound(now: number): number {
    const gotThrough = this.#successes
    if (gotThrough > 0 && !this.#wasLate) this.#judgeLatency(now, this.#latencies / gotThrough)
    this.#remember(now)
    this.#since = now
    this.#successes = 0
    this.#failures = 0
    this.#latencies = 0
    this.#wasLate = false
    this.#late = 0
    return gotThrough
  }

  /** Share of failures in the last rounds. */
  get failing(): number {
    return this.#pastFailures / (this.#pastSuccesses + this.#pastFailures)
  }

  /** Starts a second that got through: in the last rounds or in the last second, whichever is more. */
  get borne(): number {
    const lately = this.#pastTime > 0 ? this.#pastSuccesses / this.#pastTime : 0
    const inSecond = this.#timeInSecond > 0 ? this.#throughInSecond / this.#timeInSecond : 0
    return Math.max(lately, inSecond) * 1_000
  }

  /** True if answers take much longer than their best: starts queue up. */
  get isCrowded(): boolean {
    return this.#crowdedSince !== undefined
  }

  /** True if answers take longer than they could. */
  get takesLonger(): boolean {
    return this.#mean > 1.5 * this.#best + this.#shortestRound / 2
  }

  /** Whose fault failures are: that of the pace if those that failed get through when they are tried again, else their own. */
  get fault(): "pace" | "teams" | "unknown" {
    if (this.#retriesThrough > retriesGetThrough * this.#retriesKept) return "pace"
    return this.#retries >= enoughRetries && this.#pastSuccesses >= 1 ? "teams" : "unknown"
  }

  #judgeLatency(now: number, mean: number): void {
    this.#mean = mean
    this.latency = this.latency === 0 ? mean : this.latency + (mean - this.latency) * 0.3
    this.#best = Math.min(this.#best, mean)
    if (mean <= 2 * this.#best + this.#shortestRound) this.#crowdedSince = undefined
    else {
      this.#crowdedSince ??= now
      if (now - this.#crowdedSince <= longestCrowding) return
      this.#best = mean
      this.#crowdedSince = undefined
    }
  }

  #remember(now: number): void {
    const time = Math.max(this.#shortestRound, now - this.#since - this.#late)
    this.#pastSuccesses = this.#pastSuccesses * memory + this.#successes
    this.#pastFailures = this.#pastFailures * memory + this.#failures
    this.#pastTime = this.#pastTime * memory + time
    this.#lastSecond.push({ until: now, time, starts: this.#successes })
    this.#throughInSecond += this.#successes
    this.#timeInSecond += time
    for (let first = this.#lastSecond.peek()!; first.until <= now - second; first = this.#lastSecond.peek()!) {
      this.#lastSecond.shift()
      this.#throughInSecond -= first.starts
      this.#timeInSecond -= first.time
    }
    if (this.#retriesKept <= retriesKept) return
    const kept = Math.max(1 - time / retriesLive, retriesKept / this.#retriesKept)
    this.#retriesKept *= kept
    this.#retriesThrough *= kept
  }
}
