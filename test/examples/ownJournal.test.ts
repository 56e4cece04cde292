import { assert, it } from "@effect/vitest"
import { Fleet } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Effect, Layer, Random } from "effect"
import { KeyValueStore } from "effect/persistence"
import { journalKeyValue } from "../../examples/ownJournal.ts"
import { fleetLayer, joined, pass } from "../support/fleet.ts"

it.effect("the example keeps teams and counts beyond the end of a fleet, and tells of no team twice", () =>
  Effect.gen(function* () {
    const store = Layer.succeed(
      KeyValueStore.KeyValueStore,
      yield* Effect.provide(KeyValueStore.KeyValueStore, KeyValueStore.layerMemory)
    )
    const fleet = () => fleetLayer().pipe(Layer.provide(Layer.provide(journalKeyValue, store)))
    yield* Effect.gen(function* () {
      const { leave, say } = yield* Rehearsal
      yield* joined("red", "blue", 7)
      yield* say("red", "props to blue")
      yield* leave("blue")
      yield* pass("2 seconds")
    }).pipe(Effect.provide(fleet()))
    const told = yield* Effect.gen(function* () {
      const { join } = yield* Rehearsal
      yield* join(7)
      yield* pass("2 seconds")
      return yield* Effect.flatMap(Fleet, ({ health }) => health)
    }).pipe(Effect.provide(fleet()))
    assert.deepStrictEqual(told, [
      { id: 7, connected: true, message_count: 0, props_count: 0 },
      { id: "blue", connected: false, message_count: 0, props_count: 0 },
      { id: "red", connected: false, message_count: 1, props_count: 1 }
    ])
  }).pipe(Random.withSeed("botswain"))
)
