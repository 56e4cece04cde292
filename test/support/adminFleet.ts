import { Rehearsal } from "botswain/rehearsal"
import { Deferred, Effect, Layer, Redacted, References, Result } from "effect"
import type { AdminPlan } from "../../src/main/admin.ts"
import { fleetLayer } from "../../src/main/operatedFleet.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { check, type SettingsInput } from "../../src/services/Settings.ts"

/** What the operators of these tests show. */
export const token = "a-token-of-the-tests"

/** Fast enough that a test does not wait. */
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

/** A fleet on a rehearsal server, with an admin surface on a free port of this computer, until the Scope closes. */
export const adminFleet = Effect.fnUntraced(function* (
  plan: Partial<AdminPlan> = {},
  settings: Partial<SettingsInput> = {}
) {
  const where = yield* Deferred.make<string>()
  const stage = Layer.unwrap(
    Effect.map(Rehearsal, ({ globalUrl }) =>
      fleetLayer({
        settings: Result.getOrThrow(check({ url: `${globalUrl}?key=s3cret-url`, ...brisk, ...settings })),
        admin: {
          host: "127.0.0.1",
          port: 0,
          loopback: true,
          token: Redacted.make(token),
          readyShare: 0.9,
          version: "1.2.3",
          source: "--admin",
          ...plan
        },
        announce: (address) => Effect.asVoid(Deferred.succeed(where, address))
      })
    )
  ).pipe(Layer.provideMerge(layerServer()))
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
