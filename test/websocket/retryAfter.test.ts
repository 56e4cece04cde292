import { assert, describe, it } from "@effect/vitest"
import { retryAfterOf } from "../../src/websocket/retryAfter.ts"

const now = "Sun, 06 Nov 1994 08:49:00 GMT"

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["1", 1_000],
    ["120", 120_000],
    ["3600", 3_600_000]
  ])("of %s is a number of seconds", (field, millis) => {
    assert.strictEqual(retryAfterOf(field, undefined), millis)
  })

  it.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "of %s is a date, from that of the response on",
    (field) => {
      assert.strictEqual(retryAfterOf(field, now), 37_000)
    }
  )

  it.each(["3601", "999999999999999999999", "Mon, 07 Nov 1994 08:49:37 GMT"])("of %s is an hour", (field) => {
    assert.strictEqual(retryAfterOf(field, now), 3_600_000)
  })

  it("of a date that is past is no time", () => {
    assert.strictEqual(retryAfterOf("Sun, 06 Nov 1994 08:48:59 GMT", now), 0)
  })

  it.each([
    "",
    " ",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "soon",
    "120 s",
    "2026-11-25T08:00:00Z",
    "Sun, 99 Foo 1994 08:49:37 GMT"
  ])("of %j is nothing", (field) => {
    assert.isUndefined(retryAfterOf(field, now))
  })

  it("of a date is nothing in a response that has none itself, or one that is none", () => {
    for (const date of [undefined, "", "soon"]) {
      assert.isUndefined(retryAfterOf("Sun, 06 Nov 1994 08:49:37 GMT", date))
    }
  })

  it("that is not there is nothing", () => {
    assert.isUndefined(retryAfterOf(undefined, now))
  })
})
