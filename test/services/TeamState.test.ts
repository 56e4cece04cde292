import { assert, describe, it } from "@effect/vitest"
import { canFollow, type StateTag, stateTags } from "../../src/services/TeamState.ts"

const before = (to: StateTag) => stateTags.filter((from) => canFollow(from, to))
const after = (from: StateTag) => stateTags.filter((to) => canFollow(from, to))

describe("a team's connection", () => {
  it("is open only after it has been dialled", () => {
    assert.deepStrictEqual(before("Open"), ["Dialing"])
  })

  it("once open, fails, or is closed", () => {
    assert.deepStrictEqual(after("Open"), ["Backoff", "SlowRetry", "Draining"])
  })

  it("is not tried sooner again by one more failure in the slow lane", () => {
    assert.isFalse(canFollow("SlowRetry", "Backoff"))
  })

  it("begins anew only when it has been closed: nothing but a new wait, or the end, follows a drain", () => {
    assert.deepStrictEqual(after("Draining"), ["Waiting", "Departed"])
    assert.deepStrictEqual(after("Departed"), ["Waiting"])
  })

  it("can be closed at any time, and only then the team has departed, unless nothing was begun", () => {
    assert.deepStrictEqual(
      before("Draining"),
      stateTags.filter((tag) => tag !== "Draining" && tag !== "Departed")
    )
    assert.deepStrictEqual(before("Departed"), ["Waiting", "Draining"])
  })

  it("can come to each state from a join, and leave it again", () => {
    const reached = new Set<StateTag>(["Departed"])
    for (const from of reached) for (const to of after(from)) reached.add(to)
    assert.sameMembers([...reached], [...stateTags])
    for (const tag of stateTags) assert.isNotEmpty(after(tag), tag)
  })
})
