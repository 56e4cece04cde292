import { Rehearsal } from "botswain/rehearsal"
import { Context, Deferred, Effect, Layer, Redacted, References, Result, Schedule } from "effect"
import type { AdminPlan } from "../../src/main/admin.ts"
import { fleetLayer } from "../../src/main/operatedFleet.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import type { JournalFailed } from "../../src/services/Journal.ts"
import { check, type SettingsInput } from "../../src/services/Settings.ts"
import { adminValues } from "./adminValues.ts"

/** Token of the operators of these tests. */
export const token = "a-token-of-the-tests"

/** Settings so fast that a test does not wait. */
const brisk: Partial<SettingsInput> = {
  pingInterval: "100 millis",
  pongTimeout: "300 millis",
  connectTimeout: "1 second",
  drainTimeout: "300 millis",
  backoffBase: "20 millis",
  backoffCap: "50 millis",
  slowAfter: 4,
  slowInterval: "1 minute"
}

/**
 * Runs a fleet on a rehearsal server, with an admin surface on a free port of this computer, until the Scope closes. `journal`:
 * what it was restarted on.
 */
export const adminFleet = Effect.fnUntraced(function* (
  plan: Partial<AdminPlan> = {},
  settings: Partial<SettingsInput> = {},
  journal: Layer.Layer<never, JournalFailed> = Layer.empty
) {
  const where = yield* Deferred.make<string>()
  const stage = Layer.unwrap(
    Effect.map(Rehearsal, ({ globalUrl }) =>
      fleetLayer({
        settings: Result.getOrThrow(check({ url: `${globalUrl}?key=s3cret-url`, ...brisk, ...settings })),
        admin: {
          ...adminValues({ token: Redacted.make(token), version: "1.2.3" }),
          source: "--admin",
          ...plan
        },
        announce: (address) => Effect.asVoid(Deferred.succeed(where, address))
      })
    )
  ).pipe(Layer.provide(journal), Layer.provideMerge(layerServer()))
  const context = yield* Layer.build(stage).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  const origin = yield* Deferred.await(where)
  const get = (path: string, init: RequestInit = {}) => Effect.promise(() => fetch(`${origin}${path}`, init))
  return {
    context,
    origin,
    get,
    text: (path: string) => Effect.flatMap(get(path), (response) => Effect.promise(() => response.text())),
    // oxlint-disable-next-line typescript/no-explicit-any -- What came over HTTP is looked at field by field.
    json: (path: string): Effect.Effect<any> =>
      Effect.flatMap(get(path), (response) => Effect.promise(() => response.json())),
    post: (path: string, shown?: string) =>
      get(path, { method: "POST", headers: shown === undefined ? {} : { authorization: `Bearer ${shown}` } })
  }
})

/** Fleet of {@link adminFleet}. */
export type AdminFleet = Effect.Success<ReturnType<typeof adminFleet>>

/** Joins teams and waits until they are connected. */
export const joined = Effect.fnUntraced(function* ({ context }: AdminFleet, ids: ReadonlyArray<number | string>) {
  const server = Context.get(context, Rehearsal)
  yield* Effect.forEach(ids, server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === ids.length)
  return server
})

/** Looks until the value is as expected; dies after ten seconds. */
export const until = <A>(look: Effect.Effect<A>, isSo: (value: A) => boolean) =>
  Effect.repeat(look, { schedule: Schedule.spaced(20), until: isSo }).pipe(Effect.timeout("10 seconds"), Effect.orDie)

/** Ids of teams, of both types. */
export const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, "ops"]
