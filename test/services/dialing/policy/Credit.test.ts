import { assert, describe, it } from "@effect/vitest"
import { Credit } from "../../../../src/services/dialing/policy/Credit.ts"
import { Lane } from "../../../../src/services/dialing/policy/Lane.ts"
import { defaults } from "../../../../src/services/dialing/policy/tuning.ts"

const makeCredit = () => new Credit({ ...defaults, credit: [3, 5, 3, 0, 0], gain: [2, 2, 2, 2, 1] })

/** Number of starts that a lane can lose until it has no credit left. */
const left = (credit: Credit, lane: number): number => {
  let starts = 0
  for (; credit.has(lane); starts++) credit.spend(lane)
  return starts
}

describe("the credit of a lane", () => {
  it("is what may be lost of those that held, of newcomers, and of those whose connections die young; others have none", () => {
    const credit = makeCredit()
    assert.deepStrictEqual(
      Object.values(Lane).map((lane) => left(credit, lane)),
      [3, 5, 3, 0, 0]
    )
  })

  it("comes back with a start that nobody is to blame for", () => {
    const credit = makeCredit()
    credit.spend(Lane.held)
    credit.refund(Lane.held)
    assert.strictEqual(left(credit, Lane.held), 3)
  })

  it("comes back with a success, which earns more for its lane and all better ones, and not for worse", () => {
    const credit = makeCredit()
    for (const lane of [Lane.held, Lane.fresh, Lane.brief]) left(credit, lane)
    credit.earn(Lane.fresh, true)
    assert.deepStrictEqual(
      Object.values(Lane).map((lane) => left(credit, lane)),
      [2, 3, 0, 0, 0]
    )
  })

  it("is earned less by those that had failed: a few that get through do not let all the others go on", () => {
    const credit = makeCredit()
    credit.earn(Lane.failed, false)
    assert.strictEqual(left(credit, Lane.failed), 1)
    assert.strictEqual(left(credit, Lane.lapsed), 2)
  })

  it("is saved up to what there was at first, and to twice what a round lets through", () => {
    const credit = makeCredit()
    for (let time = 0; time < 10; time++) credit.earn(Lane.failed, false)
    assert.deepStrictEqual(
      [Lane.held, Lane.fresh, Lane.failed].map((lane) => left(credit, lane)),
      [3, 5, 3]
    )
    credit.limit(10)
    for (let time = 0; time < 30; time++) credit.earn(Lane.held, true)
    assert.strictEqual(left(credit, Lane.held), 20)
  })

  it("that was saved up is lost when less gets through: what a host took a while ago it may not take now", () => {
    const credit = makeCredit()
    credit.limit(10)
    for (let time = 0; time < 30; time++) credit.earn(Lane.held, true)
    credit.limit(0)
    assert.strictEqual(left(credit, Lane.held), 3)
  })

  it("that a success earned is taken back when its connection has died after all", () => {
    const credit = makeCredit()
    left(credit, Lane.fresh)
    credit.earn(Lane.fresh, true)
    credit.revoke(Lane.fresh)
    assert.isFalse(credit.has(Lane.fresh))
    credit.revoke(Lane.fresh)
    credit.refund(Lane.fresh)
    assert.isTrue(credit.has(Lane.fresh), "it owes nothing")
  })
})
