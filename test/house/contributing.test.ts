import { assert, describe, it } from "@effect/vitest"
import { mayImport, mayUseNode } from "../../scripts/house.ts"
import { foldersOf, read } from "./files.ts"

const page = read("CONTRIBUTING.md")

/** The folders of a tree, one a line, by their paths: `  global/   the Global connection`, indented by two below its parent. */
const treeOf = (text: string): ReadonlyArray<string> => {
  const parents: Array<string> = []
  return Array.from(text.matchAll(/^( *)([\w.-]+)\/(?= |$)/gm), ([, indent = "", name = ""]) => {
    const depth = indent.length / 2
    parents.splice(depth, Infinity, name)
    return parents.join("/")
  })
}

const section = (title: string): string => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? ""

/** The names between backquotes. */
const namesIn = (cell: string): ReadonlyArray<string> =>
  Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = ""]) => name)

describe("CONTRIBUTING", () => {
  it("shows the folders of src/ as they are", () => {
    const shown = treeOf(section("The house")).filter((path) => path.startsWith("src/"))
    assert.deepStrictEqual(shown.toSorted(), foldersOf("src").toSorted())
  })

  it("has the import rule that the linter holds", () => {
    const rows = Array.from(
      section("The house").matchAll(/^\| `(\w+)\/` \|(.*)\|(.*)\|$/gm),
      ([, room = "", ...cells]) => ({
        room,
        imports: namesIn(cells[0]!),
        usesNode: cells[1]!.trim() === "yes"
      })
    )
    const rule = Object.entries(mayImport).map(([room, imports]) => ({
      room,
      imports,
      usesNode: mayUseNode.includes(room)
    }))
    assert.deepStrictEqual(rows, rule)
  })
})
