import { assert, describe, it } from "@effect/vitest"
import { BotEnd } from "../../src/bots/BotEnd.ts"
import { Ladder } from "../../src/bots/Ladder.ts"
import { Pulse } from "../../src/bots/Pulse.ts"

const pulse = () => new Pulse(100, { lookEach: 250, silence: 1000 })

describe("a pulse", () => {
  it("ends a bot that was silent for as many looks as make the bound", () => {
    const looks = pulse()
    const verdicts = Array.from({ length: 5 }, () => looks.look(undefined))
    assert.deepStrictEqual(verdicts, [undefined, undefined, undefined, undefined, BotEnd.Silent({ millis: 1000 })])
  })

  it("begins anew with each sign of life", () => {
    const looks = pulse()
    for (let n = 0; n < 100; n++) {
      if (n % 4 === 0) looks.heard()
      assert.isUndefined(looks.look(undefined))
    }
  })

  it("ends a bot that tells of too much memory, garbage aside, however much garbage is seen", () => {
    const looks = pulse()
    for (const seen of [90, 150, 200]) {
      looks.heard(90)
      assert.isUndefined(looks.look(seen))
    }
    looks.heard(101)
    assert.deepStrictEqual(looks.look(150), BotEnd.TooLarge({ used: 101, limit: 100 }))
  })

  it("ends a bot that is silent and is seen to use too much at two looks, or twice too much at one", () => {
    const looks = pulse()
    looks.heard()
    const verdicts = [150, 150, 90, 150, 150].map((seen) => looks.look(seen))
    assert.deepStrictEqual(verdicts.slice(0, 4), [undefined, undefined, undefined, undefined])
    const other = pulse()
    other.look(0)
    assert.isUndefined(other.look(150))
    assert.deepStrictEqual(other.look(160), BotEnd.TooLarge({ used: 160, limit: 100 }))
    assert.deepStrictEqual(pulse().look(201), BotEnd.TooLarge({ used: 201, limit: 100 }))
  })
})

describe("a ladder", () => {
  it("has longer waits for lives that are short, and begins anew after a long one", () => {
    const ladder = new Ladder({ stableAfter: 60, waits: [1, 2, 5] })
    assert.deepStrictEqual(
      [0, 59, 10, 10, 60, 0].map((upFor) => ladder.next(upFor)),
      [1, 2, 5, 5, 1, 2]
    )
  })
})
