import { type Candidate, Phase } from "./Candidate.ts"
import { Fifo } from "./Fifo.ts"
import type { DialTuning } from "./tuning.ts"

/** Time after which a start is slow, however long others have taken: what they took may have been another weather. Milliseconds. */
export const longestPatience = 5_000

/** A start, told from a later one of the same candidate by its time. */
interface Flight<T> {
  readonly candidate: Candidate<T>
  readonly since: number
}

/**
 * Starts that are in flight, within a number of places. One that is slow moves to places of its own, a share of all; where these
 * are taken it stays, and makes room as soon as its place is wanted.
 */
export class Flights<T> {
  /** Places for those that are not slow, and for those that are. */
  readonly #places: number
  readonly #slowPlaces: number
  readonly #slowAfter: number
  /** By the time of their start. */
  readonly #young = new Fifo<Flight<T>>()
  readonly #overdue = new Fifo<Flight<T>>()
  readonly #slow = new Set<Candidate<T>>()
  inFlight = 0

  constructor(places: number, { slowAfter, slowShare }: DialTuning) {
    this.#slowPlaces = Math.floor(places * slowShare)
    this.#places = places - this.#slowPlaces
    this.#slowAfter = slowAfter
  }

  get slow(): number {
    return this.#slow.size
  }

  get hasRoom(): boolean {
    return this.inFlight < this.#places || this.#overdue.size > 0
  }

  begin(candidate: Candidate<T>, now: number): void {
    candidate.phase = Phase.inFlight
    candidate.since = now
    candidate.target.inFlight++
    this.inFlight++
    this.#young.push({ candidate, since: now })
  }

  /** Keeps the place of a start that waits until it may go on. It cannot be slow meanwhile. */
  hold(candidate: Candidate<T>): void {
    if (candidate.phase === Phase.slow) this.inFlight++
    this.#slow.delete(candidate)
    candidate.phase = Phase.renewed
  }

  /** Lets it go on: its time begins now. */
  resume(candidate: Candidate<T>, now: number): void {
    candidate.phase = Phase.inFlight
    candidate.since = now
    this.#young.push({ candidate, since: now })
  }

  /** Ends a start. */
  land(candidate: Candidate<T>): void {
    candidate.target.inFlight--
    this.#free(candidate)
    candidate.phase = Phase.idle
  }

  /** Frees the place of a start whose handshake is answered: a server that then says nothing must not keep others from theirs. */
  answer(candidate: Candidate<T>): void {
    this.#free(candidate)
    candidate.phase = Phase.answered
  }

  /** Finds the starts that have become slow, and calls back with each. */
  age(now: number, becameSlow: (candidate: Candidate<T>) => void): void {
    for (let left = this.#young.size; left > 0; left--) {
      const flight = this.#young.peek()
      if (flight === undefined || flight.since + this.#slowAfter > now) return
      this.#young.shift()
      const { candidate } = flight
      if (!isUnderWay(flight)) continue
      // Where those that get through take as long, it is no sign of trouble yet.
      const usual = Math.min(2 * candidate.target.pace.answers.latency, longestPatience)
      if (now - flight.since < usual) this.#young.push(flight)
      else {
        becameSlow(candidate)
        this.#moveToSlow(flight)
      }
    }
  }

  /** Time at which the next start may have become slow. */
  nextAt(): number {
    let next = this.#young.peek()
    for (; next !== undefined && !isUnderWay(next); next = this.#young.peek()) this.#young.shift()
    return (next?.since ?? Infinity) + this.#slowAfter
  }

  /** True if a start needs the place of another. */
  get isFull(): boolean {
    return this.inFlight >= this.#places
  }

  /** Takes the oldest slow start that has no place among the slow: it makes room. */
  displace(): Candidate<T> | undefined {
    for (let flight = this.#overdue.shift(); flight !== undefined; flight = this.#overdue.shift()) {
      if (isUnderWay(flight)) return flight.candidate
    }
    return undefined
  }

  #free(candidate: Candidate<T>): void {
    if (candidate.phase === Phase.slow) this.#slow.delete(candidate)
    else if (candidate.phase === Phase.inFlight || candidate.phase === Phase.renewed) this.inFlight--
  }

  #moveToSlow(flight: Flight<T>): void {
    const { candidate } = flight
    if (this.#slow.size >= this.#slowPlaces) return this.#overdue.push(flight)
    candidate.phase = Phase.slow
    this.#slow.add(candidate)
    this.inFlight--
  }
}

const isUnderWay = <T>({ candidate, since }: Flight<T>): boolean =>
  candidate.phase === Phase.inFlight && candidate.since === since
