import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HealthAnswers, refusalOf } from "../../src/services/HealthAnswers.ts"

const answers = <A>(test: (answers: HealthAnswers["Service"]) => A) =>
  Effect.map(HealthAnswers, test).pipe(Effect.provide(HealthAnswers.layer))

describe("the answers to healthchecks", () => {
  it.effect("are refused where the server closes with 1009 after one, and that is said with its size", () =>
    answers((answers) => {
      answers.sent(2000)
      assert.isTrue(answers.ended({ code: 1009 }))
      assert.strictEqual(answers.refused(), 2000)
      assert.include(refusalOf(answers), "2000 characters")
    })
  )

  it.effect("are not where it closes otherwise, where we do, or where there was none on that connection", () =>
    answers((answers) => {
      answers.sent(2000)
      assert.isFalse(answers.ended({ code: 1001 }))
      answers.sent(2000)
      assert.isFalse(answers.ended({ code: 1009, violation: "message-size" }))
      assert.isFalse(answers.ended({ code: 1009 }))
      assert.isUndefined(refusalOf(answers))
    })
  )

  it.effect("are taken again once a connection outlives one", () =>
    answers((answers) => {
      answers.sent(2000)
      answers.ended({ code: 1009 })
      answers.sent(1000)
      assert.strictEqual(answers.refused(), 2000, "whether it is taken is not known yet")
      answers.sent(1000)
      assert.isUndefined(answers.refused())
    })
  )

  it.effect("that cannot be written are said to be, with their teams, until one is sent again", () =>
    answers((answers) => {
      answers.sent(2000)
      answers.ended({ code: 1009 })
      answers.tooLong(8_000_000)
      assert.include(refusalOf(answers), "an answer with 8000000 teams is longer than a text can be")
      answers.sent(1000)
      assert.isUndefined(answers.unwritten())
      assert.include(refusalOf(answers), "2000 characters", "that the server refuses them is not over")
    })
  )
})
