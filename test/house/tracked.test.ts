import { assert, describe, it } from "@effect/vitest"
import { unknownFiles } from "../../scripts/tracked.ts"

describe("what may be tracked", () => {
  it("is what the project is made of", () => {
    const known = [".npmrc", "README.md", ".ci/run", "src/wire/Frame.ts", "deck/deck.css", "test/browser/tsconfig.json"]
    assert.deepStrictEqual(unknownFiles(known), [])
  })

  it("is nothing that a tool has left at the root, and nothing of another kind in a folder", () => {
    const left = ["isolate-0x36ce8000-8543-v8.log", "notes.md", "src/wire/Frame.js", "docs/deck.psd", "tmp/x.ts"]
    assert.deepStrictEqual(unknownFiles(left), left)
  })
})
