import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"

const root = join(import.meta.dirname, "../..")

export const exists = (path: string): boolean => existsSync(join(root, path))

export const read = (path: string): string => readFileSync(join(root, path), "utf8")

const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).map((entry) => ({
    path: relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, "/"),
    isFolder: entry.isDirectory()
  }))

/** The files below a folder, and the folders, by their paths from the root. */
export const filesOf = (folder: string): ReadonlyArray<string> =>
  below(folder).flatMap(({ isFolder, path }) => (isFolder ? [] : [path]))
export const foldersOf = (folder: string): ReadonlyArray<string> =>
  below(folder).flatMap(({ isFolder, path }) => (isFolder ? [path] : []))

/** Lines of a file, as `wc -l` has it. */
export const linesOf = (path: string): number => read(path).split("\n").length - 1

/** The pages that are written by hand. */
export const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...filesOf("docs").filter((path) => path.endsWith(".md"))
]
