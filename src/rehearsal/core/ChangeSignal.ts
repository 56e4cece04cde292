import { Effect, Scheduler } from "effect"

/** A condition variable: lets fibers wait until a state is as they want it. */
export interface ChangeSignal {
  /** Says that the state has changed. Costs nothing while nobody waits; many calls in one task wake a fiber once. */
  readonly notify: () => void
  /** Waits until the condition holds. Checks it at once, and again after changes. */
  readonly until: (condition: () => boolean) => Effect.Effect<void>
}

export const makeChangeSignal: Effect.Effect<ChangeSignal> = Effect.gen(function* () {
  const dispatcher = (yield* Scheduler.Scheduler).makeDispatcher()
  const waiters = new Set<() => void>()
  let scheduled = false

  const wake = () => {
    scheduled = false
    const woken = [...waiters]
    waiters.clear()
    for (const resume of woken) resume()
  }
  const change = Effect.callback<void>((resume) => {
    const waiter = () => resume(Effect.void)
    waiters.add(waiter)
    return Effect.sync(() => waiters.delete(waiter))
  })

  return {
    notify: () => {
      if (waiters.size === 0 || scheduled) return
      scheduled = true
      // Not at once: a fiber that is resumed runs on the spot, in the middle of the change.
      dispatcher.scheduleTask(wake, 0)
    },
    until: Effect.fnUntraced(function* (condition: () => boolean) {
      while (!condition()) yield* change
    })
  }
})
