import { Clock, Duration, Effect } from "effect"
import { turns } from "./turns.ts"

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/**
 * A clock that the test moves as the clock of a process moves: time can pass in one jump, as it does while the process
 * is suspended or busy. What was due in the meantime then wakes once, late, in order, and sleeps again from the late
 * time on. (`TestClock.adjust` wakes every sleep exactly when it is due, which is what no real timer does.)
 */
export class HandClock implements Clock.Clock {
  #now = 0
  /** By how much the wall clock is ahead of what timers run by. */
  #ahead = 0
  #sleepers: Array<Sleeper> = []
  readonly #rest: number
  /** Sleeps that were ever begun. */
  sleeps = 0

  /** `rest`: turns of the scheduler in which what was woken comes to rest. */
  constructor(rest = 10) {
    this.#rest = rest
  }

  /** Time passes in one jump; what is due wakes at the end of it. */
  jump(duration: Duration.Input): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#now += Duration.toMillis(Duration.fromInputUnsafe(duration))
      const due = this.#sleepers.filter(({ until }) => until <= this.#now).sort((a, b) => a.until - b.until)
      for (const sleeper of due) sleeper.wake()
      return turns(this.#rest)
    })
  }

  /** Somebody sets the wall clock back: timers do not mind. */
  stepBack(duration: Duration.Input): void {
    this.#ahead -= Duration.toMillis(Duration.fromInputUnsafe(duration))
  }

  /** Somebody sets the wall clock forward. */
  stepForward(duration: Duration.Input): void {
    this.#ahead += Duration.toMillis(Duration.fromInputUnsafe(duration))
  }

  /** Time passes in jumps of so many milliseconds: each timer is late by less than that. */
  pass(duration: Duration.Input, step: number): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const end = this.#now + Duration.toMillis(Duration.fromInputUnsafe(duration))
      while (this.#now < end) yield* this.jump(Math.min(step, end - this.#now))
    })
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.callback((resume) => {
      if (Duration.toMillis(duration) <= 0) return resume(Effect.void)
      this.sleeps++
      const sleeper: Sleeper = {
        until: this.#now + Duration.toMillis(duration),
        wake: () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
          resume(Effect.void)
        }
      }
      this.#sleepers.push(sleeper)
      return Effect.sync(() => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
      })
    })
  }

  currentTimeMillisUnsafe(): number {
    return this.#now + this.#ahead
  }
  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.currentTimeMillisUnsafe() * 1e6))
  }
  monotonicTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.#now * 1e6))
  }
  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())
}
