import { assert, it } from "@effect/vitest"
import { Bot, type TeamId } from "botswain"
import { simulateSeed } from "botswain/rehearsal"
import { Effect } from "effect"

it.live("bot code of one's own lives through the same scenarios, with promises too", () =>
  Effect.gen(function* () {
    const heard = new Map<TeamId, number>()
    let atOnce = 0
    const bot = Bot.layer(async ({ teamId }) => {
      atOnce++
      await Promise.resolve()
      heard.set(teamId, (heard.get(teamId) ?? 0) + 1)
      atOnce--
    })
    let messages = 0
    for (const seed of [1, 2, 3, 4, 5]) {
      const outcome = yield* simulateSeed(seed, { teams: 10, minutes: 5, bot })
      assert.deepStrictEqual(outcome.violations, [])
      messages += outcome.messages
    }
    const total = [...heard.values()].reduce((sum, count) => sum + count, 0)
    assert.isAbove(total, 0)
    assert.isAtMost(total, messages)
    assert.strictEqual(atOnce, 0)
  })
)
