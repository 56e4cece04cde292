import {
  type Candidate,
  type Decisions,
  type DialOutcome,
  DialPolicy,
  type DialTuning
} from "../../../../src/services/dialing/policy/DialPolicy.ts"

export interface ByHandOptions {
  readonly maxInFlight?: number
  readonly maxRate?: number
  readonly tuning?: Partial<DialTuning>
}

/** Milliseconds from one look to the next. */
const step = 50

/** A policy whose time and facts come by hand. Teams are named for their host and their number: "a1", "a2", … */
export class PolicyByHand {
  now = 10_000
  readonly policy: DialPolicy<string>
  #teams = 0
  /** Starts of the last look of a time that has passed. */
  #begun: ReadonlyArray<Candidate<string>> = []

  constructor({ maxInFlight = 512, maxRate = 10_000, tuning }: ByHandOptions = {}) {
    this.policy = new DialPolicy({ maxInFlight, maxRate }, () => 0.5, tuning)
  }

  /** Teams that come to a host. */
  enter(key: string, count: number, hasHeld = false): ReadonlyArray<Candidate<string>> {
    return Array.from({ length: count }, () => this.policy.enter(key, `${key}${++this.#teams}`, this.now, hasHeld))
  }

  ready(candidates: Iterable<Candidate<string>>): void {
    for (const candidate of candidates) this.policy.ready(candidate, this.now)
  }

  /** Teams that come to a host, and want to start. */
  join(key: string, count: number, hasHeld = false): ReadonlyArray<Candidate<string>> {
    const candidates = this.enter(key, count, hasHeld)
    this.ready(candidates)
    return candidates
  }

  end(candidates: Iterable<Candidate<string>>, outcome: DialOutcome, why = ""): void {
    for (const candidate of candidates) this.policy.outcome(candidate, outcome, this.now, why)
  }

  lose(candidates: Iterable<Candidate<string>>): void {
    for (const candidate of candidates) this.policy.lost(candidate, this.now)
  }

  look(room?: number): Decisions<string> {
    return this.policy.next(this.now, room)
  }

  /** Lets time pass, and looks. */
  after(millis: number): Decisions<string> {
    this.now += millis
    return this.look()
  }

  /** Lets time pass, looks every so often, and ends all that start with an outcome at the next look. Gives all that started. */
  during(millis: number, outcome: DialOutcome | undefined, why?: string): ReadonlyArray<Candidate<string>> {
    const started: Array<Candidate<string>> = []
    const end = this.now + millis
    while (this.now < end) {
      this.now += step
      if (outcome !== undefined) this.end(this.#begun, outcome, why)
      this.#begun = this.look().start
      started.push(...this.#begun)
    }
    return started
  }

  /** Teams of a host that are open: they have come, started, and got through. */
  open(key: string, count: number): ReadonlyArray<Candidate<string>> {
    const candidates = this.join(key, count)
    while (candidates.some(({ isWaiting }) => isWaiting)) {
      const { start } = this.look()
      this.now += step
      this.end(start, "opened")
    }
    return candidates
  }
}
