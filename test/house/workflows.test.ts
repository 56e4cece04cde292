import { assert, describe, it } from "@effect/vitest"
import { filesOf, read } from "./files.ts"

const workflows = filesOf(".github/workflows")

describe.each(workflows.map((path) => ({ path })))("$path", ({ path }) => {
  const text = read(path)

  it("uses actions by the digest of one commit, and says of which version", () => {
    const used = Array.from(text.matchAll(/^\s*(?:- )?uses: (.+)$/gm), ([, what = ""]) => what)
    assert.isNotEmpty(used)
    for (const what of used) assert.match(what, /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it("has no right that its jobs do not name, and leaves none in the checkout", () => {
    assert.match(text, /^permissions:\n {2}contents: read$|^permissions: \{\}$/m)
    const checkouts = text.split("actions/checkout@").slice(1)
    for (const after of checkouts) assert.match(after.split("- ")[0] ?? "", /persist-credentials: false/)
  })

  it("runs no text from outside as a command", () => {
    for (const [, command = ""] of text.matchAll(/run: ((?:\|\n(?: {10,}.*\n?)+)|.+)/g)) {
      assert.notMatch(command, /\$\{\{/, "an expression goes into a variable of the environment first")
    }
  })
})
