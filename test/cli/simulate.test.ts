import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { describeViolation, progress, summary } from "../../src/cli/simulate/report.ts"
import { replay, runSeeds } from "../../src/cli/simulate/runSeeds.ts"
import type { SeedTotals } from "../../src/cli/simulate/SeedTotals.ts"
import { Screen } from "../../src/cli/terminal/Screen.ts"
import { fakeScreen, plainLines } from "./terminal/fakeScreen.ts"

const size = { teams: 5, minutes: 2 }

const found: SeedTotals = {
  seeds: 2_000,
  millis: 3_600_000 * 1_204,
  teams: 41_000,
  dials: 500_000,
  messages: 9_000_000,
  faults: new Map([
    ["outage", 12],
    ["team reset", 3_456]
  ]),
  failed: new Map([[7, { invariant: "counted-once", at: 61_000, detail: "one is two" }]])
}

describe("botswain simulate", () => {
  it.live("tells how many scenarios held, and what went wrong in them", () =>
    Effect.gen(function* () {
      const screen = fakeScreen({ terminal: false })
      yield* Effect.provideService(runSeeds(1, 3, size), Screen, screen.view)
      assert.match(screen.stdout(), /3 seeds in .*, 0 failed\n0 virtual hours/)
      assert.match(screen.stdout(), /^all +[1-9]/m)
    })
  )

  it.live("prints the trace of one seed, line by line, or only how it went", () =>
    Effect.gen(function* () {
      const told = fakeScreen({ terminal: false })
      yield* Effect.provideService(replay(3, size, true), Screen, told.view)
      assert.match(told.stdout(), /^seed 3: \{"teams":/)
      assert.match(told.stdout(), /\n +[0-9]+\.[0-9]{3} {2}chaos {3}for [0-9]+ ms\n/)
      const short = fakeScreen({ terminal: false })
      yield* Effect.provideService(replay(3, size, false), Screen, short.view)
      assert.match(short.stdout(), /^seed 3: all invariants held, [0-9]+ virtual minutes?\n$/)
    })
  )

  it("reports in figures, and says how to see a failure again", () => {
    assert.strictEqual(
      progress(found, 4_000, 10_000),
      "2,000 of 4,000 seeds, 1,204 virtual hours, 200 seeds a second, 1 failed"
    )
    assert.match(
      plainLines(summary(found, 10_000)).join("\n"),
      /team reset +3,456\noutage +12\nall +3,468\n\n2,000 seeds in 10\.0 s/
    )
    assert.deepStrictEqual(describeViolation(7, found.failed.get(7)!, size), [
      "seed 7, after 1 min 1 s: one is two",
      "  broken: 3. each message that was delivered is counted once",
      "  replay: npm run simulate -- --seed 7 --trace --teams 5 --minutes 2"
    ])
  })
})
