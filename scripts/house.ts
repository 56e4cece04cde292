// The import rule of the house (CONTRIBUTING.md), as a lint rule.
import { dirname, relative, resolve, sep } from "node:path"

/** Which folders of src/ each folder may import from, besides itself. */
const mayImport: Record<string, ReadonlyArray<string>> = {
  wire: [],
  services: ["wire"],
  layers: ["wire", "services"],
  programs: ["wire", "services"],
  "programs/commands": ["wire", "services", "layers", "programs"]
}

/** Which folders may touch the world outside: Node, its platform layers, `ws`. */
const mayUsePlatform = ["layers"]
const mayUseNode = ["layers", "programs/commands"]

const src = resolve(import.meta.dirname, "../src")

/** The folder that a file belongs to; "" for the entry files, which stand in src/ itself. */
const folderOf = (file: string): string | undefined => {
  const path = relative(src, file).split(sep)
  if (path[0] === "..") return undefined
  if (path.length === 1) return ""
  return path[0] === "programs" && path[1] === "commands" ? "programs/commands" : path[0]
}

const refusal = (file: string, from: string, specifier: string): string | undefined => {
  if (specifier.startsWith(".")) {
    const to = folderOf(resolve(dirname(file), specifier))
    if (to === undefined) return "src/ imports nothing from outside of src/"
    if (to === "") return from === "" ? undefined : "nothing imports an entry file"
    if (from === "" || to === from || mayImport[from]?.includes(to)) return undefined
    return `src/${from}/ may not import src/${to}/`
  }
  if (specifier === "botswain" || specifier.startsWith("botswain/")) {
    return "src/ does not import itself by name"
  }
  if (specifier === "@effect/platform-node") {
    return `the index loads every module: import * as NodeWS from "@effect/platform-node/NodeWS"`
  }
  if (from === "") return undefined
  if (/^(ws|@effect\/platform-node(-shared)?)(\/|$)/.test(specifier) && !mayUsePlatform.includes(from)) {
    return `only src/layers/ and the entry files import ${specifier}`
  }
  if (specifier.startsWith("node:") && !mayUseNode.includes(from)) {
    return `only src/layers/, src/programs/commands/ and the entry files import ${specifier}`
  }
  return undefined
}

interface Literal {
  readonly type: string
  readonly value?: unknown
}

interface Context {
  readonly filename: string
  report(problem: { readonly node: Literal; readonly message: string }): void
}

const imports = {
  create(context: Context) {
    const from = folderOf(context.filename)
    if (from === undefined) return {}
    const check = (node: { readonly source?: Literal | null }) => {
      if (node.source == null || typeof node.source.value !== "string") return
      const message = refusal(context.filename, from, node.source.value)
      if (message !== undefined) context.report({ node: node.source, message })
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check
    }
  }
}

export default { meta: { name: "house" }, rules: { imports } }
