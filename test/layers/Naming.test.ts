import { assert, describe, it } from "@effect/vitest"
import { Naming } from "../../src/layers/Naming.ts"

/** Number of what comes out of a journal: no connection of this run. */
const outOfJournal = 0

/** A platform that begins another connection, on which it joins so many of the wanted teams again, which were named last on the one before. */
const reconnected = (naming: Naming, wanted: number, repeated: number) => {
  const before = naming.now
  naming.next(wanted)
  for (let team = 0; team < repeated; team++) naming.joined(before)
}

describe("which teams the platform has confirmed", () => {
  it("a team out of the journal is not, however many connections there are", () => {
    const naming = new Naming()
    assert.isFalse(naming.confirms(outOfJournal))
    reconnected(naming, 10, 0)
    assert.isFalse(naming.confirms(outOfJournal))
  })

  it("one that was named is, on later connections too where the platform does not repeat its joins", () => {
    const naming = new Naming()
    const named = naming.now
    assert.isTrue(naming.confirms(named))
    for (let again = 0; again < 3; again++) reconnected(naming, 10, 0)
    assert.isTrue(naming.confirms(named))
  })

  it("where half of the wanted teams are joined again, those that are left out are not, and less than half says nothing", () => {
    const naming = new Naming()
    const named = naming.now
    reconnected(naming, 10, 4)
    assert.isTrue(naming.confirms(named))
    naming.joined(named)
    assert.isFalse(naming.confirms(named))
    assert.isTrue(naming.confirms(naming.now))
  })

  it("a team that is joined twice on one connection counts once", () => {
    const naming = new Naming()
    const named = naming.now
    reconnected(naming, 4, 1)
    naming.joined(naming.now)
    naming.joined(naming.now)
    assert.isTrue(naming.confirms(named))
  })

  it("the next connection begins anew: what was left out before is confirmed until joins are repeated there", () => {
    const naming = new Naming()
    const named = naming.now
    reconnected(naming, 2, 2)
    assert.isFalse(naming.confirms(named))
    reconnected(naming, 2, 0)
    assert.isTrue(naming.confirms(named))
  })

  it("where no team is wanted, nothing is repeated", () => {
    const naming = new Naming()
    const named = naming.now
    reconnected(naming, 0, 0)
    assert.isTrue(naming.confirms(named))
  })
})
