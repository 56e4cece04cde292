import { type Candidate, Phase } from "./Candidate.ts"
import type { Target } from "./Target.ts"

/** Connections that have had their first frame at targets where many die young: each must live for a while to count. */
export class Probations<T> {
  readonly #targets = new Set<Target<Candidate<T>>>()

  begin(candidate: Candidate<T>, now: number): void {
    const { target } = candidate
    candidate.phase = Phase.proving
    target.proving.push({ candidate, openedAt: now, due: now + target.proof })
    this.#targets.add(target)
  }

  /** Takes those that have lived long enough. */
  *end(now: number): Iterable<Candidate<T>> {
    for (const target of this.#targets) {
      for (let next = target.proving.peek(); next !== undefined && next.due <= now; next = target.proving.peek()) {
        target.proving.shift()
        const { candidate, openedAt } = next
        if (candidate.phase === Phase.proving && candidate.since === openedAt) yield candidate
      }
      if (target.proving.size === 0) this.#targets.delete(target)
    }
  }

  /** Time at which the next may have lived long enough. */
  nextAt(): number {
    let at = Infinity
    for (const { proving } of this.#targets) at = Math.min(at, proving.peek()?.due ?? Infinity)
    return at
  }

  forget(target: Target<Candidate<T>>): void {
    this.#targets.delete(target)
  }
}
