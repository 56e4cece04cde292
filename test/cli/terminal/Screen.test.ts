import { assert, describe, it } from "@effect/vitest"
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
    screen.view.log(["a log line"])
    screen.view.print(["a result", "of two lines"])
    screen.view.show(["11 teams", "● ● ○"])
    screen.view.log(["another"])
    assert.deepStrictEqual(screen.seen(), ["a log line", "a result", "of two lines", "another", "11 teams", "● ● ○"])
  })

  it("shows no block where there is no terminal, and writes nothing but the lines", () => {
    const screen = fakeScreen({ terminal: false })
    screen.view.show(["status"])
    screen.view.log(["log"])
    screen.view.print(["result"])
    assert.isFalse(screen.view.live)
    assert.strictEqual(screen.stderr(), "log\n")
    assert.strictEqual(screen.stdout(), "result\n")
  })

  it("cuts what would wrap, so that nothing of it is left behind", () => {
    const screen = fakeScreen({ terminal: true, columns: 10 })
    screen.view.show(["0123456789abcdef"])
    assert.deepStrictEqual(screen.seen(), ["012345678"])
  })

  it("cuts by what is seen, so that an id of a team cannot make a line wrap", () => {
    const screen = fakeScreen({ terminal: true, columns: 10 })
    screen.view.show(["漢字漢字漢字漢字漢字", "\t\t\t\t", "a\nb\rc"])
    assert.deepStrictEqual(screen.seen(), ["漢字漢字", "\\u0009\\u0", "a\\u000ab\\"])
    screen.view.show([])
    assert.deepStrictEqual(screen.seen(), [""])
  })
})
