import { readdirSync, readFileSync } from "node:fs"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Layer } from "effect"
import { type DeckFile, DeckFiles } from "./DeckFiles.ts"

/** Folder that `npm run build` puts the deck in, seen from the source or from the compiled file. */
const root = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/deck/" : "../deck/", import.meta.url))

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml"
}

const notBuilt: DeckFile = {
  contentType: "text/plain; charset=utf-8",
  body: new TextEncoder().encode("The deck is not built: npm run build\n")
}

const read = (): ReadonlyMap<`/${string}`, DeckFile> => {
  const files = new Map<`/${string}`, DeckFile>()
  try {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const contentType = types[extname(entry.name)]
      if (!entry.isFile() || contentType === undefined) continue
      const file = join(entry.parentPath, entry.name)
      const path = file.slice(root.length).replaceAll("\\", "/")
      files.set(path === "index.html" ? "/" : `/${path}`, { contentType, body: readFileSync(file) })
    }
  } catch {
    files.clear()
  }
  if (!files.has("/")) files.set("/", notBuilt)
  return files
}

/** Reads the deck of this package, a few small files, once. */
export const layer: Layer.Layer<DeckFiles> = Layer.sync(DeckFiles, read)
