import { assert, describe, it } from "@effect/vitest"
import { Cause } from "effect"
import { CliError } from "effect/cli"
import { TalliesDiffer } from "../../src/cli/demo/tally.ts"
import { reportFailure } from "../../src/cli/failure.ts"
import { Stopped } from "../../src/cli/Host.ts"
import { fakeScreen } from "./terminal/fakeScreen.ts"

const explained = (cause: Cause.Cause<unknown>) => {
  const screen = fakeScreen({ terminal: false })
  const code = reportFailure(screen.view, cause)
  assert.strictEqual(screen.stdout(), "")
  return [code, screen.stderr()] as const
}

describe("a command that fails", () => {
  it("with an error: one line, and 1", () => {
    assert.deepStrictEqual(explained(Cause.fail(new TalliesDiffer({ teams: [3] }))), [
      1,
      "botswain: server and fleet disagree about 1 team: 3\n"
    ])
  })

  it("because it was stopped: one line, and the code of the signal", () => {
    assert.deepStrictEqual(explained(Cause.fail(new Stopped({ signal: "SIGTERM" }))), [
      143,
      "botswain: stopped by SIGTERM before the end\n"
    ])
  })

  it("with what was reported already: not a word more", () => {
    const error = new CliError.MissingOption({ option: "url" })
    assert.deepStrictEqual(explained(Cause.fail(new CliError.ShowHelp({ commandPath: [], errors: [error] }))), [1, ""])
    assert.deepStrictEqual(explained(Cause.fail(new CliError.ShowHelp({ commandPath: [], errors: [] }))), [0, ""])
  })

  it("with a defect: all that is known of it, and 1", () => {
    const [code, text] = explained(Cause.die(new TypeError("x is not a function")))
    assert.strictEqual(code, 1)
    assert.match(text, /^botswain: this is a bug\nTypeError: x is not a function\n +at /)
  })
})
