import { Redacted } from "effect"
import type { Target } from "../Rehearsal.ts"
import type { DialOutcome, DialsView, DialView } from "../RehearsalState.ts"
import { keepNewest } from "./keepNewest.ts"

const limit = 10_000

/** One handshake. Its first outcome counts. */
export class DialRecord implements DialView {
  readonly path: Redacted.Redacted
  readonly target: Target | undefined
  readonly at: number
  outcome: DialOutcome = "pending"
  status = 0

  constructor(path: string, target: Target | undefined, at: number) {
    this.path = Redacted.make(path, { label: "path" })
    this.target = target
    this.at = at
  }
}

/** The handshakes that reached the server. */
export class DialLog implements DialsView {
  total = 0
  accepted = 0
  refused = 0
  abandoned = 0
  inFlight = 0
  maxInFlight = 0
  readonly recent: Array<DialRecord> = []
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  begin(path: string, target: Target | undefined, at: number): DialRecord {
    const dial = new DialRecord(path, target, at)
    keepNewest(this.recent, dial, limit)
    this.total++
    this.inFlight++
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight)
    this.#changed()
    return dial
  }

  /** Settles a handshake. False if it was settled before. */
  end(dial: DialRecord, outcome: "accepted" | "refused" | "abandoned", status = 0): boolean {
    if (dial.outcome !== "pending") return false
    dial.outcome = outcome
    dial.status = status
    this[outcome]++
    this.inFlight--
    this.#changed()
    return true
  }
}
