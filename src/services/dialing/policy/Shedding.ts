import type { Candidate } from "./Candidate.ts"
import type { Target } from "./Target.ts"

/** Time for which a target that sheds load wakes those that rest there, and the shortest time between two such wakes. Milliseconds. */
const sheddingFor = 5_000
const wakeEvery = 200
/** Time within which a target that sheds load lets somebody through; one that does not is down. */
export const letsThroughWithin = 2_000

const sheds = <T>({ lastSuccess, pace }: Target<Candidate<T>>, now: number): boolean =>
  now - pace.shedAt < sheddingFor && now - lastSuccess < letsThroughWithin

/**
 * Targets that shed load. One would idle once nobody is left to start but teams that rest, and it is not their fault that they
 * do.
 */
export class Shedding<T> {
  readonly #targets = new Set<Target<Candidate<T>>>()

  /** Time at which those that rest may be woken next. */
  nextAt(): number {
    let at = Infinity
    for (const { wokenAt } of this.#targets) at = Math.min(at, wokenAt + wakeEvery)
    return at
  }

  forget(target: Target<Candidate<T>>): void {
    this.#targets.delete(target)
  }

  /** Looks which targets shed load, and gives those where all that rest are to be woken. */
  *look(busy: Iterable<Target<Candidate<T>>>, now: number): Iterable<Target<Candidate<T>>> {
    for (const target of busy) if (sheds(target, now)) this.#targets.add(target)
    for (const target of this.#targets) {
      if (!sheds(target, now)) this.#targets.delete(target)
      else if (target.waiting < target.pace.rate / 2 && now - target.wokenAt >= wakeEvery) {
        target.wokenAt = now
        yield target
      }
    }
  }
}
