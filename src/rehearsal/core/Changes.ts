import { Effect, Scheduler } from "effect"

/** Tells those who wait for a state that something has changed. */
export interface Changes {
  /** Costs nothing while nobody waits; many changes at one time wake a waiter once. */
  readonly notify: () => void
  /** Waits until the condition holds; it is asked at once and after changes. */
  readonly until: (condition: () => boolean) => Effect.Effect<void>
}

export const makeChanges: Effect.Effect<Changes> = Effect.gen(function* () {
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
      // Not at once: what changes is in the middle of it, and a waiter that is resumed runs on the spot.
      dispatcher.scheduleTask(wake, 0)
    },
    until: Effect.fnUntraced(function* (condition: () => boolean) {
      while (!condition()) yield* change
    })
  }
})
