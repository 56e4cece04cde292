import { assert, describe, it } from "@effect/vitest"
import { clip } from "../../../src/cli/terminal/Screen.ts"
import { fakeScreen } from "./fakeScreen.ts"

describe("Screen", () => {
  it("redraws its block in place", () => {
    const screen = fakeScreen({ terminal: true })
    screen.view.show(["one"])
    screen.view.show(["two", "three"])
    assert.deepStrictEqual(screen.seen(), ["two", "three"])
    screen.view.show(["four"])
    assert.deepStrictEqual(screen.seen(), ["four"])
    screen.view.show([])
    assert.deepStrictEqual(screen.seen(), [""])
  })

  it("keeps logs and results above the block, and whole", () => {
    const screen = fakeScreen({ terminal: true })
    screen.view.show(["12 teams", "● ● ●"])
    screen.view.log("a log line")
    screen.view.print("a result\nof two lines")
    screen.view.show(["11 teams", "● ● ○"])
    screen.view.log("another")
    assert.deepStrictEqual(screen.seen(), ["a log line", "a result", "of two lines", "another", "11 teams", "● ● ○"])
  })

  it("shows no block where there is no terminal, and writes nothing but the lines", () => {
    const screen = fakeScreen({ terminal: false })
    screen.view.show(["status"])
    screen.view.log("log")
    screen.view.print("result")
    assert.isFalse(screen.view.live)
    assert.strictEqual(screen.stderr(), "log\n")
    assert.strictEqual(screen.stdout(), "result\n")
  })

  it("cuts what would wrap, so that nothing of it is left behind", () => {
    const screen = fakeScreen({ terminal: true, columns: 10 })
    screen.view.show(["0123456789abcdef"])
    assert.deepStrictEqual(screen.seen(), ["012345678"])
  })

  it("cuts by what is seen: colours take no room, and end", () => {
    assert.strictEqual(clip("\x1b[32mgreen\x1b[39m and more", 7), "\x1b[32mgreen\x1b[39m a")
    assert.strictEqual(clip("● ● ●", 3), "● ●")
    assert.strictEqual(clip("short", 80), "short")
  })
})
