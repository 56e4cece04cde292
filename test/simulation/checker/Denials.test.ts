import { assert, describe, it } from "@effect/vitest"
import type { CheckedConnection } from "../../../src/simulation/checker/CheckedConnection.ts"
import { Denials } from "../../../src/simulation/checker/Denials.ts"

// They are told apart, and nothing is read of them.
const first = {} as CheckedConnection
const second = {} as CheckedConnection

const make = () => {
  const denials = new Denials()
  return {
    denials,
    joins: (at: number, connection = first) => denials.read(connection, { type: "team.join", team_id: 1 }, at),
    denied: (at: number) => denials.read(second, { type: "error", team_id: 1, message: "no" }, at),
    offered: (at: number, team = 2) =>
      denials.read(second, { type: "team.connect", team_id: team, ws_url: "ws://rehearsal.test/1" }, at)
  }
}

describe("a denied team", () => {
  it("may be tried sooner after an offer to another, once", () => {
    const { denials, denied, joins, offered } = make()
    joins(0)
    denied(10)
    assert.isFalse(denials.takeRetry(1, 5))
    offered(20)
    assert.isTrue(denials.takeRetry(1, 15))
    offered(30)
    denied(40)
    offered(50)
    assert.isFalse(denials.takeRetry(1, 45))
  })

  it("may not because of an offer from before it failed, or was denied", () => {
    const { denials, denied, offered } = make()
    offered(5)
    denied(10)
    assert.isFalse(denials.takeRetry(1, 0))
    offered(20)
    assert.isFalse(denials.takeRetry(1, 25))
    assert.isTrue(denials.takeRetry(1, 15))
  })

  it("may again when it has been named and denied anew, and not while it is named on the connection that is up", () => {
    const { denials, denied, joins, offered } = make()
    denied(10)
    offered(20)
    assert.isTrue(denials.takeRetry(1, 15))
    joins(25)
    denied(30)
    offered(40)
    assert.isTrue(denials.takeRetry(1, 35))
    joins(45, second)
    denied(50)
    offered(60)
    assert.isFalse(denials.takeRetry(1, 55))
  })
})
