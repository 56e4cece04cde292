import { Clock, Context, Duration, Effect, Metric, Random, Scheduler } from "effect"
import { Timers } from "./Timers.ts"

/** Time that the event loops share, and the random source that orders the timers of one instant. */
export interface SharedTime {
  now: number
  readonly random: Random.Random
}

/** Event loop of one program: its timers, and its tasks of this instant. */
export class EventLoop {
  readonly timers = new Timers()
  /** Time before which it runs nothing. */
  asleepUntil = 0
  fibers = 0
  /** True once the process is gone: whatever would have run never does. */
  #isGone = false
  readonly #present: SharedTime
  #tasks: Array<() => void> = []
  #next = 0

  constructor(present: SharedTime) {
    this.#present = present
  }

  get hasTasks(): boolean {
    return this.#next < this.#tasks.length
  }

  get isAsleep(): boolean {
    return this.#present.now < this.asleepUntil
  }

  /** Ends as a process does that is killed: its fibers stop where they are, and no timer of it fires. */
  kill(): void {
    this.#isGone = true
    this.#tasks = []
    this.#next = 0
    this.timers.clear()
  }

  /** Runs one task. */
  runTask(): void {
    const task = this.#tasks[this.#next++]
    if (this.#next === this.#tasks.length) {
      this.#tasks = []
      this.#next = 0
    }
    task?.()
  }

  /** Time at which the next timer fires: after the stall, if it is due in it. */
  nextTimer(): number {
    const timer = this.timers.peek()
    return timer === undefined ? Infinity : Math.max(timer.at, this.asleepUntil)
  }

  /** Context that runs a program in this loop: its clock, its scheduler, and a count of its fibers. */
  context(): Context.Context<never> {
    return Context.make(Clock.Clock, this.#clock()).pipe(
      Context.add(Scheduler.Scheduler, this.#scheduler()),
      Context.add(Metric.FiberRuntimeMetrics, {
        recordFiberStart: () => void this.fibers++,
        recordFiberEnd: () => void this.fibers--
      })
    )
  }

  /** Runs tasks in the order that they came in, all priorities alike: as Effect's own does for the one that the fleet uses. */
  #scheduler(): Scheduler.Scheduler {
    const standard = new Scheduler.MixedScheduler()
    const dispatcher: Scheduler.SchedulerDispatcher = {
      scheduleTask: (task) => {
        if (!this.#isGone) this.#tasks.push(task)
      },
      flush: () => {
        while (this.hasTasks) this.runTask()
      }
    }
    return {
      executionMode: "async",
      // A fiber that something outside resumes when its process is gone yields at once, and for ever.
      shouldYield: (fiber) => this.#isGone || standard.shouldYield(fiber),
      makeDispatcher: () => dispatcher
    }
  }

  #clock(): Clock.Clock {
    const present = this.#present
    const millis = () => present.now
    const nanos = () => BigInt(present.now) * 1_000_000n
    return {
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      monotonicTimeNanosUnsafe: nanos,
      monotonicTimeNanos: Effect.sync(nanos),
      sleep: (duration) => this.#sleep(Duration.toMillis(duration))
    }
  }

  #sleep(millis: number): Effect.Effect<void> {
    if (millis <= 0) return Effect.yieldNow
    if (!Number.isFinite(millis) || this.#isGone) return Effect.never
    return Effect.callback<void>((resume) => {
      // As Node does it: whole milliseconds, one at least. Timers of one instant fire in any order.
      const at = this.#present.now + Math.max(1, Math.trunc(millis))
      const timer = this.timers.set(at, this.#present.random.nextDoubleUnsafe(), () => resume(Effect.void))
      return Effect.sync(() => this.timers.cancel(timer))
    })
  }
}
