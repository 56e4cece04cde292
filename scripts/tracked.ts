// `npm run tracked` fails on a tracked file that no rule knows: what a tool has left behind, or what stands where nobody looks.
import { spawnSync } from "node:child_process"
import { extname } from "node:path"

/** All that may lie at the root. */
const atRoot = new Set([
  ".editorconfig",
  ".gitignore",
  ".npmrc",
  ".oxfmtrc.json",
  ".oxlintrc.json",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "package-lock.json",
  "package.json",
  "tsconfig.build.json",
  "tsconfig.json",
  "vitest.config.ts"
])

/** The folders at the root, and the extensions of what may lie in them and below. */
const inFolder: Readonly<Record<string, ReadonlyArray<string>>> = {
  ".ci": [""],
  ".github": [".yml"],
  bench: [".ts", ".json"],
  deck: [".ts", ".tsx", ".css", ".html", ".json"],
  docs: [".md", ".png"],
  examples: [".ts"],
  scripts: [".ts"],
  src: [".ts"],
  test: [".ts", ".json", ".c"]
}

const isKnown = (file: string): boolean => {
  const folder = file.split("/", 1)[0]!
  return folder === file ? atRoot.has(file) : (inFolder[folder]?.includes(extname(file)) ?? false)
}

/** Filters the files that no rule knows. Paths are from the root, with slashes. */
export const unknownFiles = (files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.filter((file) => !isKnown(file))

if (import.meta.main) {
  // Without git, or outside of a checkout, nothing is tracked.
  const { status, stdout } = spawnSync("git", ["ls-files", "-z"], { encoding: "utf8" })
  const unknown = unknownFiles(status === 0 ? stdout.split("\0").slice(0, -1) : [])
  for (const file of unknown) console.error(`${file}: scripts/tracked.ts knows no such file there`)
  process.exitCode = unknown.length === 0 ? 0 : 1
}
