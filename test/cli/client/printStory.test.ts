import { assert, describe, it } from "@effect/vitest"
import type { TeamStory } from "../../../src/admin/api/TeamView.ts"
import { storyLines } from "../../../src/cli/client/printStory.ts"
import { plainLines } from "../terminal/fakeScreen.ts"

/** Story of a team that waits, three minutes after it came out of the state. */
const storyWith = (naming: TeamStory["team"]["naming"], isWanted = true): TeamStory => ({
  at: 180_000,
  team: {
    id: 7,
    phase: "denied",
    wanted: { is: isWanted, since: 0, generation: 3 },
    naming,
    transport: { open: false, state: "Backoff", since: 170_000, failures: 2, reason: null, code: null, retryAt: null },
    liveness: null,
    messages: 7,
    props: 2
  },
  headline: "Team 7 is down.",
  story: [],
  transitions: [],
  dropped: 0
})

const wantedLine = (...story: Parameters<typeof storyWith>) => plainLines(storyLines(storyWith(...story)))[1]

describe("the facts of a story", () => {
  it("say of a wanted team that the platform has not named it, and that it denies it", () => {
    const unconfirmed = { confirmed: false, deniedSince: null, departsAt: null }
    const denied = { confirmed: false, deniedSince: 60_000, departsAt: 3_660_000 }
    const wanted = "  wanted      yes, for 3 min 0 s; stay 3"
    assert.strictEqual(wantedLine({ ...unconfirmed, confirmed: true }), wanted)
    assert.strictEqual(wantedLine(unconfirmed), `${wanted}; unconfirmed`)
    assert.strictEqual(wantedLine(denied), `${wanted}; unconfirmed, and denied`)
    assert.strictEqual(wantedLine(denied, false), "  wanted      no, for 3 min 0 s; stay 3")
  })
})
