import { Clock, Effect, FiberSet, Result, type Scope } from "effect"
import { unknownName } from "../../services/DialError.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import type { NameLoad } from "../../services/NameLookups.ts"
import { type NameBounds, Standing } from "./bounds.ts"
import { inTurns } from "./inTurns.ts"
import { Line } from "./Line.ts"
import { type Answer, Name } from "./Name.ts"
import { Places } from "./Places.ts"
import type { Resolvers } from "./resolvers.ts"

type Tell = (answer: Answer) => void

/** What the names need of the time. */
interface Timing {
  readonly now: () => number
  readonly later: (millis: number, task: () => void) => void
}

const nothing = () => {}

/**
 * Looks names up so that none can starve another: one look-up a name, shared by all who ask; answers that hold for a
 * while; places by standing; and a direct way for names that find no place.
 */
export class Names {
  readonly #bounds: NameBounds
  readonly #resolvers: Resolvers
  readonly #timing: Timing
  readonly #names = new Map<string, Name>()
  readonly #places: Places
  readonly #line = new Line()
  readonly #underWay = new Set<Name>()
  /** Those in line that have lost their patience, and are not asked directly yet. */
  readonly #impatient = new Line()
  #asking = 0

  constructor(bounds: NameBounds, resolvers: Resolvers, timing: Timing) {
    this.#bounds = bounds
    this.#resolvers = resolvers
    this.#timing = timing
    this.#places = new Places(bounds.places)
  }

  load(): NameLoad {
    const since = this.#timing.now() - this.#bounds.hangsAfter
    const hanging = [...this.#underWay].filter(({ beganAt = 0 }) => beganAt <= since).length
    return { names: this.#names.size, waiting: this.#line.size, underWay: this.#underWay.size, hanging }
  }

  /** Gives an answer that still holds. */
  recall(hostname: string, urgent: boolean): Answer | undefined {
    const answer = this.#names.get(hostname)?.freshAnswer(this.#bounds, this.#timing.now())
    // The Global connection has a back-off of its own, and waits for no other.
    return urgent && answer !== undefined && Result.isFailure(answer) ? undefined : answer
  }

  /** Tells the next answer, once. Returns what takes the question back. */
  ask(hostname: string, urgent: boolean, tell: Tell): () => void {
    const name = this.#nameOf(hostname, urgent)
    if (name === undefined) {
      tell(Result.fail(unknownName("too many names")))
      return nothing
    }
    name.askers.add(tell)
    if (name.beganAt === undefined) this.#queue(name, urgent)
    return () => {
      name.askers.delete(tell)
      if (name.askers.size === 0) this.#leaveLine(name)
    }
  }

  /** Tells how a handshake ended at an address of a name that has several. */
  tried(hostname: string, address: string, opened: boolean): void {
    this.#names.get(hostname)?.tried(address, opened)
  }

  #nameOf(hostname: string, urgent: boolean): Name | undefined {
    const known = this.#names.get(hostname)
    if (known !== undefined) return known
    if (this.#names.size >= this.#bounds.names && !this.#forgetOne() && !urgent) return undefined
    const name = new Name(hostname)
    this.#names.set(hostname, name)
    return name
  }

  /** Forgets the oldest name that nobody would miss. */
  #forgetOne(): boolean {
    for (const name of this.#names.values()) if (name.isIdle) return this.#names.delete(name.hostname)
    return false
  }

  #queue(name: Name, urgent: boolean): void {
    const waits = this.#line.has(name)
    if (waits && !urgent) return
    this.#leaveLine(name)
    name.standing = urgent ? Standing.urgent : name.evidence
    this.#line.add(name)
    this.#fillPlaces()
    if (!waits && this.#line.has(name)) this.#timing.later(this.#bounds.patience, () => this.#losePatience(name))
  }

  #leaveLine(name: Name): void {
    this.#line.delete(name)
    this.#impatient.delete(name)
  }

  #fillPlaces(): void {
    for (let name = this.#line.first(); name !== undefined; name = this.#line.first()) {
      if (!this.#places.hasRoom(name.standing)) return
      this.#leaveLine(name)
      this.#lookUp(name)
    }
  }

  #lookUp(name: Name): void {
    const { standing } = name
    this.#places.take(standing)
    this.#underWay.add(name)
    name.beganAt = this.#timing.now()
    this.#resolvers.system(name.hostname, (answer) => {
      this.#places.giveBack(standing)
      this.#underWay.delete(name)
      name.beganAt = undefined
      this.#settle(name, answer)
      this.#fillPlaces()
    })
  }

  #losePatience(name: Name): void {
    if (!this.#line.has(name)) return
    this.#impatient.add(name)
    this.#askDirectly()
  }

  #askDirectly(): void {
    for (let name = this.#impatient.first(); name !== undefined; name = this.#impatient.first()) {
      if (this.#asking === this.#bounds.direct) return
      this.#impatient.delete(name)
      this.#askServersFor(name)
    }
  }

  /** A failure tells nothing: the name may be one that only this computer knows. It stays in line. */
  #askServersFor(name: Name): void {
    this.#asking++
    this.#resolvers.direct(name.hostname, (answer) => {
      this.#asking--
      if (Result.isSuccess(answer)) {
        this.#leaveLine(name)
        this.#settle(name, answer)
      }
      this.#askDirectly()
    })
  }

  #settle(name: Name, answer: Answer): void {
    const kept = Result.map(answer, (found) => inTurns(found).slice(0, this.#bounds.addresses))
    name.settle(kept, this.#bounds, this.#timing.now())
  }
}

/** Makes the names of a process, with Effect's clock. */
export const makeNames = Effect.fnUntraced(function* (
  bounds: NameBounds,
  resolvers: Resolvers
): Effect.fn.Return<Names, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const run = yield* FiberSet.makeRuntime()
  return new Names(bounds, resolvers, {
    now: () => monotonicMillis(clock),
    later: (millis, task) => void run(Effect.delay(Effect.sync(task), millis))
  })
})
