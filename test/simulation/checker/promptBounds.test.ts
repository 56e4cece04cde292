import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { defaults } from "../../../src/services/dialing/policy/DialPolicy.ts"
import { check } from "../../../src/services/Settings.ts"
import { promptBoundsOf, type Waiting } from "../../../src/simulation/checker/promptBounds.ts"

const settings = Result.getOrThrow(check({ url: "ws://rehearsal.test/global" }))

const healthy: Waiting = {
  isBusy: false,
  failures: 0,
  hasAskedInVain: false,
  isDenied: false,
  standing: "held",
  inVain: 0,
  slowestAnswer: 0
}
const bound = (teams: number, waiting: Partial<Waiting> = {}, latency = 0, maxDials = settings.maxDials) =>
  promptBoundsOf({ ...settings, maxDials }, latency, teams).teamPrompt({ ...healthy, ...waiting })

describe("the time within which a team is connected", () => {
  it("is seconds for one that has not failed, with the default settings and forty teams", () => {
    assert.isBelow(bound(40), 10_000)
  })

  it("has the time in which one of its kind proves itself, for one whose connections die young", () => {
    assert.strictEqual(bound(40, { standing: "brief" }) - bound(40), defaults.longestProof)
  })

  it("has the back-off of a team's own failures, and the slow one only where they are enough for it", () => {
    const { backoffBase, backoffCap, slowAfter, slowInterval } = settings
    assert.strictEqual(bound(40, { failures: slowAfter - 1 }) - bound(40), backoffCap - backoffBase)
    assert.strictEqual(bound(40, { failures: slowAfter }) - bound(40), slowInterval * 1.5 - backoffBase)
  })

  it("has a turn among all that fail only for one that has failed itself", () => {
    const turns = (teams: number) => bound(teams, { standing: "failed" }) - bound(teams)
    assert.strictEqual(turns(40), 2 * turns(20))
    assert.strictEqual(bound(40, { hasAskedInVain: true }), bound(40, { standing: "failed" }))
    assert.isAbove(bound(40, { inVain: 1 }), bound(40))
  })

  it("has the places that dials which hang take for longer, where answers have been slow and there are few", () => {
    const withPlaces = (maxDials: number, slowestAnswer: number) => bound(12, { inVain: 3, slowestAnswer }, 0, maxDials)
    assert.isAtLeast(withPlaces(1, 10_000) - withPlaces(1, 0), 3 * 4_000)
    assert.strictEqual(withPlaces(1, 10_000), withPlaces(1, 2_500))
    assert.strictEqual(withPlaces(1, 400), withPlaces(1, 0))
    assert.strictEqual(withPlaces(12, 10_000), withPlaces(12, 0))
  })

  it("has what was under way when it began", () => {
    const { connectTimeout, drainTimeout } = settings
    assert.isAtLeast(bound(40, { isBusy: true }) - bound(40), 3 * connectTimeout + drainTimeout)
    assert.isAbove(bound(40, {}, 1_000), bound(40))
  })

  it("is the longest wait for Global, which is never tried rarely", () => {
    const { globalPrompt } = promptBoundsOf(settings, 0, 40)
    assert.isBelow(globalPrompt(false), settings.backoffCap + 100)
    assert.isAtLeast(globalPrompt(true) - globalPrompt(false), 2 * settings.connectTimeout)
  })
})
