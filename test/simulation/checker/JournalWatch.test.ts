import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as JournalMemory from "../../../src/rehearsal/memory/JournalMemory.ts"
import { JournalWatch } from "../../../src/simulation/checker/JournalWatch.ts"
import { TeamModel } from "../../../src/simulation/checker/TeamModel.ts"

/** A team of seven messages that is forgotten, comes back at a time, and reads two. */
const comesBack = (at: number): TeamModel => {
  const team = new TeamModel(1)
  for (let n = 0; n < 7; n++) team.count("hi")
  team.joinedAt = at
  team.trustCounts({ messages: 0, props: 0 })
  team.count("hi")
  team.count("hi")
  return team
}

describe("what a journal may have of a team that was forgotten", () => {
  const setUp = Effect.gen(function* () {
    const clock = { now: 0 }
    const watch = new JournalWatch(yield* JournalMemory.make, () => clock.now)
    const mostStored = (team: TeamModel) => team.mostStored((by) => watch.mayLackSince(by))
    return { clock, watch, mostStored }
  })

  it.effect("the counts before, at the instant at which it comes back, and none a millisecond later", () =>
    Effect.gen(function* () {
      const { clock, mostStored } = yield* setUp
      clock.now = 1_000
      const team = comesBack(1_000)
      assert.strictEqual(mostStored(team), 7)
      clock.now = 1_001
      assert.strictEqual(mostStored(team), 2)
    })
  )

  it.effect("the counts before, while the journal is at fault, and until the fleet has tried again", () =>
    Effect.gen(function* () {
      const { clock, watch, mostStored } = yield* setUp
      clock.now = 1_000
      yield* watch.fault({ _tag: "Hangs" })
      const team = comesBack(2_000)
      clock.now = 60_000
      assert.strictEqual(mostStored(team), 7)
      yield* watch.fault(undefined)
      clock.now = 80_000
      yield* watch.fault({ _tag: "Fails", reason: "away" })
      clock.now = 90_000
      yield* watch.fault(undefined)
      clock.now = 129_999
      assert.strictEqual(mostStored(team), 7)
      clock.now = 130_000
      assert.strictEqual(mostStored(team), 2)
    })
  )

  it.effect("no counts that it could have let go before the fault", () =>
    Effect.gen(function* () {
      const { clock, watch, mostStored } = yield* setUp
      const team = comesBack(1_000)
      clock.now = 2_000
      yield* watch.fault({ _tag: "Hangs" })
      clock.now = 3_000
      assert.strictEqual(mostStored(team), 2)
    })
  )

  it.effect("no more than it ever had, whatever is at fault", () =>
    Effect.gen(function* () {
      const { clock, watch, mostStored } = yield* setUp
      yield* watch.fault({ _tag: "Hangs" })
      clock.now = 1_000
      const team = comesBack(1_000)
      for (let n = 0; n < 9; n++) team.count("hi")
      assert.strictEqual(mostStored(team), 11)
    })
  )
})
