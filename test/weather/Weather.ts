import type { SettingsInput, TeamId } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Context, Effect } from "effect"
import type { RehearsalState } from "../../src/rehearsal/RehearsalState.ts"

/** Time in which a weather happens: virtual, or real. */
export class WeatherTime extends Context.Service<
  WeatherTime,
  {
    readonly pass: (millis: number) => Effect.Effect<void>
    /** Waits until the server's state is so; dies if it is not within so many milliseconds. */
    readonly within: (
      millis: number,
      what: string,
      predicate: (state: RehearsalState) => boolean
    ) => Effect.Effect<RehearsalState, never, Rehearsal>
  }
>()("botswain/test/weather/WeatherTime") {}

/** Settings with which a failure is soon known, and a wait is short. */
export const fast = {
  pingInterval: "200 millis",
  connectTimeout: "1 second",
  backoffBase: "50 millis",
  backoffCap: "500 millis"
} as const satisfies Partial<SettingsInput>

export const range = (from: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, n) => from + n)

export const joinAll = (ids: ReadonlyArray<TeamId>) =>
  Rehearsal.use((rehearsal) => Effect.forEach(ids, (id) => rehearsal.join(id), { discard: true }))

/** Demands that teams are connected within so many milliseconds. */
export const areUpWithin = (millis: number, ids: ReadonlyArray<TeamId>) =>
  WeatherTime.use(({ within }) =>
    within(millis, `${ids.length} teams are up`, (state) => ids.every((id) => state.team(id).openSockets === 1))
  )

/** Cuts teams, and demands that they are back within so many milliseconds. */
export const areBackWithin = Effect.fnUntraced(function* (millis: number, ids: ReadonlyArray<TeamId>) {
  const rehearsal = yield* Rehearsal
  const before = yield* rehearsal.state
  const opens = new Map(ids.map((id) => [id, before.team(id).opens]))
  for (const id of ids) yield* rehearsal.cut(id, Cut.Reset())
  yield* (yield* WeatherTime).within(millis, `${ids.length} teams are back`, (state) =>
    ids.every((id) => state.team(id).opens > opens.get(id)! && state.team(id).openSockets === 1)
  )
})

/** Dials of teams since then, as the server has seen them. */
export const dialsSince = (total: number) =>
  Rehearsal.use(({ state }) => Effect.map(state, ({ dials }) => dials.total - total))
