import { assert, describe, it } from "@effect/vitest"
import { troublesOf } from "../../src/admin/api/troublesOf.ts"

describe("the troubles of a fleet", () => {
  it("are none where it has none", () => {
    const none = { shortage: null, refusal: null, full: null }
    assert.deepStrictEqual(troublesOf({ ...none, state: null, bot: null }), [])
    assert.deepStrictEqual(troublesOf({ ...none, state: { trouble: null }, bot: { trouble: null } }), [])
  })

  it("are all told, a line each", () => {
    const all = { shortage: "a", refusal: "b", full: "c", state: { trouble: "d" }, bot: { trouble: "e" } }
    assert.deepStrictEqual(troublesOf(all), ["a", "b", "c", "d", "e"])
  })
})
