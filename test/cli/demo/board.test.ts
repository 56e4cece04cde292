import { assert, describe, it } from "@effect/vitest"
import { board, type Square } from "../../../src/cli/demo/board.ts"
import { plainLines } from "../terminal/fakeScreen.ts"

const squares = (count: number): ReadonlyArray<Square> =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, state: "Open", messages: index * 1000 }))

describe("the board", () => {
  it("shows what each connection is doing, in as many rows as the columns ask for", () => {
    const mixed: ReadonlyArray<Square> = [
      { id: 1, state: "Open", messages: 1204 },
      { id: 2, state: "Backoff", messages: 7 },
      { id: "ops", state: "Departed", messages: 3 }
    ]
    assert.deepStrictEqual(
      plainLines(board(mixed, 40)).map((row) => row.trimEnd()),
      ["    1 ● 1,204       2 ◌ 7", "  ops ○ 3"]
    )
    assert.strictEqual(board(mixed, 10).length, 3)
    assert.deepStrictEqual(board([], 80), [])
  })

  it("leaves room for the story above, however many teams there are", () => {
    const rows = plainLines(board(squares(100), 120))
    assert.strictEqual(rows.length, 7)
    assert.strictEqual(rows.at(-1), "  and 64 more")
  })
})
