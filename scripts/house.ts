// The import rule of the house (CONTRIBUTING.md), as a lint rule.
import { dirname, relative, resolve, sep } from "node:path"

const core = ["wire", "services", "layers", "programs"]

/** What each room of src/ may import from, besides itself: a room, or one of its files. The deck stands outside of src/. */
export const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  wire: [],
  services: ["wire"],
  layers: ["wire", "services", "websocket", "node"],
  programs: ["wire", "services"],
  node: [],
  websocket: [
    "wire/Endpoint.ts",
    "services/Socket.ts",
    "services/DialError.ts",
    "services/Violation.ts",
    "services/NameLookups.ts",
    "services/monotonic.ts",
    "services/version.ts",
    "node"
  ],
  bots: [...core, "node"],
  observe: core,
  admin: [...core, "observe", "node"],
  rehearsal: [...core, "node"],
  simulation: [...core, "rehearsal"],
  main: [...core, "bots", "observe", "admin", "rehearsal", "simulation"],
  cli: [...core, "node", "observe", "admin", "rehearsal", "simulation", "main"],
  deck: ["admin/api"]
}

/** The rooms that may import `ws` and `@effect/platform-node`; and those that may import `node:…`. */
const mayUsePlatform = ["layers", "websocket", "observe", "admin", "rehearsal", "cli"]
export const mayUseNode: ReadonlyArray<string> = [...mayUsePlatform, "node", "bots"]

const root = resolve(import.meta.dirname, "..")
const src = resolve(root, "src")

/** The path of a file from src/, with slashes; `undefined` for one that is not in it. */
const pathOf = (file: string): string | undefined => {
  const path = relative(src, file).split(sep)
  return path[0] === ".." ? undefined : path.join("/")
}

/** The room of a file: a folder of src/, "deck", or "" for the entries, which lie in src/ itself. */
const roomOf = (file: string): string | undefined => {
  if (relative(resolve(root, "deck"), file).split(sep)[0] !== "..") return "deck"
  const path = pathOf(file)
  if (path === undefined) return undefined
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : ""
}

const isIn = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`)

/** Why a file may not import that; `undefined` if it may. */
const refusal = (file: string, room: string, specifier: string): string | undefined => {
  if (specifier.startsWith(".")) {
    const target = resolve(dirname(file), specifier)
    if (roomOf(target) === room) return undefined
    const path = pathOf(target)
    if (path === undefined) return room === "deck" ? undefined : "src/ imports nothing from outside of src/"
    if (!path.includes("/")) return "nothing imports an entry file"
    if (room === "" || mayImport[room]?.some((place) => isIn(path, place))) return undefined
    return `${room === "deck" ? "" : "src/"}${room}/ may not import src/${path}`
  }
  if (specifier === "botswain" || specifier.startsWith("botswain/")) {
    return "src/ does not import itself by name"
  }
  if (specifier === "@effect/platform-node") {
    return `the index loads every module: import * as NodeWS from "@effect/platform-node/NodeWS"`
  }
  if (room === "" || room === "deck") return undefined
  if (/^(ws|@effect\/platform-node(-shared)?)(\/|$)/.test(specifier) && !mayUsePlatform.includes(room)) {
    return `src/${room}/ may not import ${specifier}: it talks to nothing outside`
  }
  if (specifier.startsWith("node:") && !mayUseNode.includes(room)) {
    return `src/${room}/ may not import ${specifier}: it talks to nothing outside`
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
    const room = roomOf(context.filename)
    if (room === undefined) return {}
    const check = (node: { readonly source?: Literal | null }) => {
      if (node.source == null || typeof node.source.value !== "string") return
      const message = refusal(context.filename, room, node.source.value)
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
