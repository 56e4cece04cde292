import { Clock, Duration, Effect } from "effect"
import { Meter } from "./Meter.ts"
import { Screen, type View } from "./Screen.ts"
import type { Text } from "./Text.ts"

/** Time between two redraws of a live block. */
const redrawEvery = Duration.millis(200)
/** Time that a live rate is taken over. */
const rateWindow = Duration.seconds(2)
/** Time between two lines of log, where there is no terminal. */
const logEvery = Duration.seconds(30)

/** Something that counts messages, and the two ways to show it. */
export interface Watched<Status> {
  readonly status: Effect.Effect<Status>
  readonly messages: (status: Status) => number
  /** Lines for a terminal. */
  readonly block: (status: Status, perSecond: number, screen: View) => ReadonlyArray<Text>
  /** Fields for a log, or `undefined` if there is nothing to log. */
  readonly fields: (status: Status, perSecond: number) => Readonly<Record<string, unknown>> | undefined
}

/** Shows a status until interrupted: redrawn in place on a terminal, elsewhere as a line of log every 30 s. */
export const watch = <Status>(name: string, watched: Watched<Status>): Effect.Effect<never, never, Screen> =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const clock = yield* Clock.Clock
    const meter = new Meter(Duration.toMillis(screen.live ? rateWindow : logEvery))
    const reading = Effect.map(watched.status, (status) => ({
      status,
      perSecond: meter.read(clock.currentTimeMillisUnsafe(), watched.messages(status))
    }))

    if (screen.live) {
      const draw = Effect.map(reading, ({ perSecond, status }) => screen.show(watched.block(status, perSecond, screen)))
      return yield* Effect.ensuring(
        Effect.forever(Effect.andThen(draw, Effect.sleep(redrawEvery))),
        Effect.sync(() => screen.show([]))
      )
    }
    const log = Effect.flatMap(reading, ({ perSecond, status }) => {
      const fields = watched.fields(status, perSecond)
      return fields === undefined ? Effect.void : Effect.annotateLogs(Effect.logInfo(name), fields)
    })
    // The first rate needs a reading before it.
    return yield* Effect.andThen(reading, Effect.forever(Effect.andThen(Effect.sleep(logEvery), log)))
  })
