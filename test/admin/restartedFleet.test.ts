import { assert, describe, it } from "@effect/vitest"
import { TeamRegistry } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { AdminSettings } from "../../src/admin/AdminSettings.ts"
import { makeFleetView, troubleOf } from "../../src/admin/fleetView.ts"
import { makeTeamViews } from "../../src/admin/teamView.ts"
import { adminValues } from "../support/adminValues.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"
import { restartedWith } from "../support/restarts.ts"

const view = Effect.map(Effect.provideService(makeFleetView, AdminSettings, adminValues()), (look) => look())

const storyOf = Effect.fnUntraced(function* (id: number) {
  const { story } = yield* makeTeamViews
  const team = yield* Effect.fromNullishOr((yield* TeamRegistry).find(id))
  return yield* Effect.fromNullishOr(story(team))
})

describe("the view of a fleet that was restarted on its journal", () => {
  it.effect("is ready although the platform denies most of its teams, and tells them from those that fail", () =>
    restartedWith([1, 2, 3], () =>
      Effect.gen(function* () {
        yield* joined(1)
        yield* pass("1 minute")
        const { ready, teams } = yield* view
        assert.deepInclude(teams, { wanted: 3, connected: 1, unconfirmed: 2, denied: 2, retrying: 0, slow: 0 })
        assert.isTrue(ready)
        const { row } = yield* makeTeamViews
        assert.deepStrictEqual(troubleOf((yield* TeamRegistry).roster(), row), { reasons: [], teams: [] })
      })
    )
  )

  it.effect("tells of the journal: its kind, that all is written, and when it was", () =>
    restartedWith([1], () =>
      Effect.gen(function* () {
        yield* joined(1)
        yield* pass("1500 millis")
        const { at, state } = yield* view
        assert.deepInclude(state, { kind: "memory", trouble: null, unwritten: 0 })
        assert.isBelow(at - (state?.flushedAt ?? 0), 1_000)
      })
    )
  )

  it.effect("tells why nothing can be written, and of how many teams, until it is written again", () =>
    restartedWith([1], (memory) =>
      Effect.gen(function* () {
        const { say } = yield* Rehearsal
        yield* joined(1)
        yield* memory.fault({ _tag: "Fails", reason: "full" })
        yield* say(1, "hello")
        yield* pass("2 seconds")
        const { state } = yield* view
        assert.match(state?.trouble ?? "", /^the state cannot be written \(full: .*\): 1 team has changes/)
        assert.strictEqual(state?.unwritten, 1)
        yield* memory.fault(undefined)
        yield* pass("1 minute")
        assert.deepInclude((yield* view).state, { trouble: null, unwritten: 0 })
      })
    )
  )

  it.effect("has no such part where nothing is kept", () =>
    Effect.map(view, ({ state, teams }) => {
      assert.isNull(state)
      assert.strictEqual(teams.unconfirmed, 0)
    }).pipe(withFleet())
  )
})

describe("a team out of the journal", () => {
  it.effect("is told to be unconfirmed, until the platform names it", () =>
    restartedWith([1], () =>
      Effect.gen(function* () {
        const { startOutage, endOutage } = yield* Rehearsal
        yield* startOutage()
        yield* pass("1 minute")
        const before = yield* storyOf(1)
        assert.deepStrictEqual(before.team.naming, { confirmed: false, deniedSince: null, departsAt: null })
        assert.match(before.headline, /It is unconfirmed: .* It stays until /)
        yield* endOutage
        yield* joined(1)
        const after = yield* storyOf(1)
        assert.isTrue(after.team.naming.confirmed)
        assert.notInclude(after.headline, "unconfirmed")
        assert.deepInclude(after.team, { messages: 7, props: 2 })
      })
    )
  )

  it.effect("that is denied is told to be, since when, and when it departs", () =>
    restartedWith([1, 2], () =>
      Effect.gen(function* () {
        yield* joined(2)
        yield* pass("10 minutes")
        const { at, headline, team } = yield* storyOf(1)
        assert.strictEqual(team.phase, "denied")
        const { deniedSince, departsAt } = team.naming
        assert.isAbove(at - (deniedSince ?? at), 9 * 60_000)
        assert.strictEqual((departsAt ?? 0) - (deniedSince ?? 0), 3_600_000)
        assert.match(
          headline,
          /It is unconfirmed, and denied by the platform for 10 min \d s: it departs in 50 min \d s if/
        )
      })
    )
  )

  it.effect("whose time is over is told to depart once others are made offers", () =>
    restartedWith([1], () =>
      Effect.gen(function* () {
        yield* pass("61 minutes")
        const { headline } = yield* storyOf(1)
        assert.match(headline, /it departs once others have been made offers meanwhile\.$/)
      })
    )
  )
})
