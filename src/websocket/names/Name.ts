import { Result } from "effect"
import type { DialError } from "../../services/DialError.ts"
import { type NameBounds, Standing } from "./bounds.ts"

/** Addresses of a name, in the order to be tried, or why there are none. */
export type Answer = Result.Result<ReadonlyArray<string>, DialError>

/** What is known of a name. */
export class Name {
  readonly hostname: string
  /** Those who wait for the next answer. */
  readonly askers = new Set<(answer: Answer) => void>()
  /** Standing with which it is in line. */
  standing: number = Standing.untried
  /** When the look-up that is under way began. */
  beganAt: number | undefined = undefined
  #answer: Answer | undefined = undefined
  #answeredAt = -Infinity
  #failures = 0
  /** Address at which the last handshake was done. */
  #good: string | undefined = undefined
  /** Address at which the last handshake came to nothing. */
  #bad: string | undefined = undefined

  constructor(hostname: string) {
    this.hostname = hostname
  }

  /** Standing that it has earned. */
  get evidence(): number {
    if (this.#answer === undefined) return Standing.untried
    return Result.isSuccess(this.#answer) ? Standing.known : Standing.failing
  }

  /** True if nobody would miss it. */
  get isIdle(): boolean {
    return this.askers.size === 0 && this.beganAt === undefined
  }

  /** Gives the answer, as long as it holds. */
  freshAnswer(bounds: NameBounds, now: number): Answer | undefined {
    const holds =
      this.#failures === 0
        ? bounds.freshFor
        : Math.min(bounds.failedFor * 2 ** (this.#failures - 1), bounds.longestFailedFor)
    return now - this.#answeredAt < holds ? this.#answer : undefined
  }

  /** Keeps a look-up's answer, and tells all who wait. */
  settle(answer: Answer, bounds: NameBounds, now: number): void {
    const fresh = this.freshAnswer(bounds, now)
    if (Result.isSuccess(answer)) {
      this.#keep(answer, 0, now)
      this.#sort()
    } else if (fresh === undefined && answer.failure.reason === "name") {
      // What another way has found still holds, and what our own machine lacks says nothing of the name.
      this.#keep(answer, this.#failures + 1, now)
    }
    const told = this.freshAnswer(bounds, now) ?? answer
    const askers = [...this.askers]
    this.askers.clear()
    for (const tell of askers) tell(told)
  }

  /** Remembers how a handshake at an address ended: the address goes first from now on, or last. */
  tried(address: string, opened: boolean): void {
    if (opened) this.#good = address
    else this.#bad = address
    if (this.#good === this.#bad) {
      if (opened) this.#bad = undefined
      else this.#good = undefined
    }
    this.#sort()
  }

  #keep(answer: Answer, failures: number, now: number): void {
    this.#failures = failures
    this.#answeredAt = now
    this.#answer = answer
  }

  #sort(): void {
    if (this.#answer === undefined) return
    const rank = (address: string) => (address === this.#good ? 0 : address === this.#bad ? 2 : 1)
    this.#answer = Result.map(this.#answer, (found) => found.toSorted((a, b) => rank(a) - rank(b)))
  }
}
