import { Effect, FiberSet, type Scope } from "effect"
import type { Rehearsal } from "../rehearsal/Rehearsal.ts"
import { Answer } from "../rehearsal/Rehearsal.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { Watch } from "./Checker.ts"
import { catalogue } from "./faults/catalogue.ts"
import type { Sky } from "./faults/FaultContext.ts"
import type { FaultName } from "./faults/names.ts"
import { populate } from "./population.ts"
import type { Dice } from "./Prng.ts"
import type { Story } from "./Scenario.ts"

/** What a storm happens to. */
export interface Scene {
  readonly dice: Dice
  readonly rehearsal: Rehearsal["Service"]
  readonly story: Story
  readonly watch: Watch
  readonly ids: ReadonlyArray<TeamId>
  /** How often each thing has gone wrong. */
  readonly faults: Partial<Record<FaultName, number>>
}

const makeSky = Effect.fnUntraced(function* (scene: Scene): Effect.fn.Return<Sky, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime()
  let given = 0
  return {
    ...scene,
    later: (millis, action) => Effect.sync(() => void run(Effect.delay(Effect.asVoid(action), millis))),
    someone: () => scene.dice.pick(scene.ids.filter((id) => scene.watch.server.team(id).present)),
    fresh: () => ++given
  }
})

const strike = Effect.fnUntraced(function* (sky: Sky, { faults }: Scene) {
  const name = sky.dice.pick(sky.story.faults)
  if (name === undefined) return
  sky.watch.tell(() => `fault   ${name}`)
  if (yield* catalogue[name](sky)) faults[name] = (faults[name] ?? 0) + 1
})

/** Bad weather for so many milliseconds, over teams that come, talk and go. What was to come later does not. */
export const storm = (scene: Scene, millis: number): Effect.Effect<void> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { dice, story, watch } = scene
      const sky = yield* makeSky(scene)
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
export const clear = ({ rehearsal, story, watch }: Scene): Effect.Effect<void> =>
  Effect.gen(function* () {
    watch.tell(() => "the weather clears")
    watch.network.slowness = 1
    yield* rehearsal.endOutage
    yield* rehearsal.acceptDials
    yield* rehearsal.answerAsks(Answer.Once())
    yield* rehearsal.configure(story.behaviour)
  })
