import { Effect, FiberSet, type Scope } from "effect"
import type { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { Answer } from "../../rehearsal/Rehearsal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Checker } from "../checker/Checker.ts"
import { catalogue } from "../faults/catalogue.ts"
import type { FaultContext } from "../faults/FaultContext.ts"
import type { FaultName } from "../faults/names.ts"
import type { Prng } from "../Prng.ts"
import type { Scenario } from "../Scenario.ts"
import { populate } from "./teamActivity.ts"

/** What a storm happens to. */
export interface Scene {
  readonly prng: Prng
  readonly rehearsal: Rehearsal["Service"]
  readonly scenario: Scenario
  readonly checker: Checker
  readonly ids: ReadonlyArray<TeamId>
  /** How often each thing has gone wrong. */
  readonly faults: Partial<Record<FaultName, number>>
}

const makeFaultContext = Effect.fnUntraced(function* (
  scene: Scene
): Effect.fn.Return<FaultContext, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime()
  let given = 0
  return {
    ...scene,
    later: (millis, action) => Effect.sync(() => void run(Effect.delay(Effect.asVoid(action), millis))),
    someone: () => scene.prng.pick(scene.ids.filter((id) => scene.checker.server.team(id).present)),
    fresh: () => ++given
  }
})

const strike = Effect.fnUntraced(function* (sky: FaultContext, { faults }: Scene) {
  const name = sky.prng.pick(sky.scenario.faults)
  if (name === undefined) return
  sky.checker.tell(() => `fault   ${name}`)
  if (yield* catalogue[name](sky)) faults[name] = (faults[name] ?? 0) + 1
})

/** Bad weather for so many milliseconds, over teams that come, talk and go. What was to come later does not. */
export const chaos = (scene: Scene, millis: number): Effect.Effect<void> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { prng: dice, scenario: story, checker: watch } = scene
      const sky = yield* makeFaultContext(scene)
      watch.tell(() => `storm   for ${millis} ms`)
      const each = (mean: number, what: Effect.Effect<void>) =>
        Effect.forever(
          Effect.andThen(
            Effect.suspend(() => Effect.sleep(dice.wait(mean))),
            what
          )
        )
      yield* Effect.forkScoped(each(story.faultEvery, strike(sky, scene)))
      yield* Effect.forkScoped(each(story.eventEvery, populate(sky, scene.ids)))
      yield* Effect.sleep(millis)
    })
  )

/** The weather clears: connections that are half-open stay so, and what is under way arrives. */
export const clear = ({ rehearsal, scenario: story, checker: watch }: Scene): Effect.Effect<void> =>
  Effect.gen(function* () {
    watch.tell(() => "the weather clears")
    watch.network.slowness = 1
    yield* rehearsal.endOutage
    yield* rehearsal.acceptDials
    yield* rehearsal.answerAsks(Answer.Once())
    yield* rehearsal.configure(story.behaviour)
  })
