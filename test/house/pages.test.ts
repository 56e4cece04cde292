import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { exists, filesOf, pages, read } from "./files.ts"

/** What a text has between a pattern's first parentheses, each once. */
const all = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  Array.from(new Set(Array.from(text.matchAll(pattern), ([, found = ""]) => found)))

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (path: string): ReadonlyArray<string> =>
  all(read(path), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-")
  )

/** Links that lead nowhere: to no file, or to no heading of a page. */
const deadLinks = (page: string): ReadonlyArray<string> =>
  all(read(page), /\]\(([^)\s]+)\)/g).filter((link) => {
    if (/^https?:/.test(link)) return false
    const [path = "", anchor] = link.split("#")
    const target = path === "" ? page : join(dirname(page), path)
    return !exists(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
  })

describe.each(pages.map((page) => ({ page })))("$page", ({ page }) => {
  it("links only to what there is", () => {
    assert.deepStrictEqual(deadLinks(page), [])
  })

  it("names only files and folders that there are", () => {
    const named = all(read(page), /`((?:src|test|deck|docs|scripts|bench|examples)\/[\w./-]*)`/g)
    assert.deepStrictEqual(
      named.filter((path) => !exists(path)),
      []
    )
  })

  it("names only npm scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> }
    const named = [...all(read(page), /npm run ([\w:-]+)/g), ...all(read(page), /npm (start|test)\b/g)]
    assert.deepStrictEqual(
      named.filter((name) => scripts[name] === undefined),
      []
    )
  })
})

describe("the README", () => {
  it("leads to every other page", () => {
    const links = all(read("README.md"), /\]\(([^)\s#]+)\)/g)
    assert.deepStrictEqual(
      pages.filter((page) => page.startsWith("docs/") && !links.includes(page)),
      []
    )
  })
})

describe("docs/operating.md", () => {
  it("names the metrics that there are", () => {
    const name = /((?:botswain|process|nodejs)_[a-z0-9_]+)/g
    const named = all(read("docs/operating.md"), new RegExp(`\`${name.source}\``, "g"))
    assert.deepStrictEqual(
      named.toSorted(),
      filesOf("src/observe/metrics")
        .flatMap((path) => all(read(path), name))
        .toSorted()
    )
  })
})
