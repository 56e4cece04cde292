import { assert, describe, it } from "@effect/vitest"
import { canaryEvery, failuresForOne, Ramp } from "../../../src/services/dialing/Ramp.ts"

/** Tries for so many milliseconds, from then on, as fast as the ramp lets it; how many dials began and got through. */
const tries = (ramp: Ramp, from: number, millis: number, getsThrough: (now: number) => boolean) => {
  let dials = 0
  let through = 0
  for (let now = from; now < from + millis; now++) {
    while (ramp.take(now)) {
      dials++
      if (getsThrough(now)) {
        through++
        ramp.gotThrough(now)
      } else ramp.failed()
    }
  }
  return { dials, through }
}

describe("how fast a host is tried", () => {
  it("once a second while none gets through, and the first at once", () => {
    assert.strictEqual(canaryEvery, 1_000)
    assert.strictEqual(tries(new Ramp(500), 0, 60_000, () => false).dials, 60)
  })

  it("up to the budget of the fleet within two seconds of the first that gets through, and not beyond", () => {
    const ramp = new Ramp(500)
    tries(ramp, 0, 10_000, () => false)
    tries(ramp, 10_000, 2_000, () => true)
    assert.isAtLeast(tries(ramp, 12_000, 10_000, () => true).dials, 4_999)
    assert.isAtMost(tries(ramp, 22_000, 10_000, () => true).dials, 5_001)
  })

  it("down to one a second after at most so many that fail for each that got through", () => {
    const ramp = new Ramp(500)
    const { through } = tries(ramp, 0, 1_000, () => true)
    const { dials } = tries(ramp, 1_000, 20_000, () => false)
    assert.isAtMost(dials, through * failuresForOne + 20)
  })

  for (const perSecond of [20, 100, 300]) {
    it(`about as fast as a server that sheds load admits: ${perSecond} a second, and half as many too many`, () => {
      const admits = () => {
        let second = -1
        let taken = 0
        return (now: number) => {
          const current = Math.floor(now / 1_000)
          if (current !== second) taken = 0
          second = current
          return taken++ < perSecond
        }
      }
      const ramp = new Ramp(500)
      const server = admits()
      tries(ramp, 0, 10_000, server)
      const { dials, through } = tries(ramp, 10_000, 60_000, server)
      assert.isAtLeast(through, 60 * perSecond * 0.9)
      assert.isAtMost(dials, 60 * perSecond * 1.6)
    })
  }

  it("as fast as ever where one of ten fails for reasons of its own", () => {
    const ramp = new Ramp(500)
    let n = 0
    tries(ramp, 0, 20_000, () => ++n % 10 > 0)
    assert.isAbove(tries(ramp, 20_000, 10_000, () => ++n % 10 > 0).dials, 4_500)
  })
})
