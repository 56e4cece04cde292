// `npm run lockfile` fails on what a lockfile must not have: packages without a digest, from elsewhere, or that run code at install.
import { readFileSync } from "node:fs"

/** Entry of a lockfile. */
interface Entry {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
}

export interface Lockfile {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, Entry>>
}

/** What a manifest says of packages. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly allowScripts?: Readonly<Record<string, boolean>>
}

/** Compiled tool of Effect's diagnostics for other systems: the registry gave no digest of them. Not for users of the package. */
const withoutDigest = new Set(
  ["darwin-arm64", "darwin-x64", "linux-arm", "linux-arm64", "win32-arm64", "win32-x64"].map(
    (system) => `node_modules/@effect/tsgo-${system}`
  )
)

const digest = /^sha512-[A-Za-z0-9+/]{86}==$/

const problemOf = (path: string, entry: Entry, { allowScripts = {} }: Manifest): string | undefined => {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)
  if (entry.link === true) return "is a link to a folder"
  // Of what comes from the reader's registry npm writes down no place: .npmrc has it so.
  if (entry.resolved !== undefined) return "comes from another place than the registry"
  if (entry.integrity === undefined) {
    const isExcused = withoutDigest.has(path) && entry.dev === true && entry.optional === true
    return isExcused ? undefined : "has no digest"
  }
  if (!digest.test(entry.integrity)) return "has a digest that is no sha512"
  return entry.hasInstallScript === true && allowScripts[name] !== true ? "runs code when it is installed" : undefined
}

/** Lists what is wrong with a lockfile and the manifest beside it, a line for each. */
export const lockfileProblems = (lockfile: Lockfile, manifest: Manifest): ReadonlyArray<string> => [
  ...(lockfile.lockfileVersion === 3 ? [] : ["package-lock.json: needs version 3"]),
  ...Object.entries(lockfile.packages).flatMap(([path, entry]) => {
    const problem = path === "" ? undefined : problemOf(path, entry, manifest)
    return problem === undefined ? [] : [`package-lock.json: ${path} ${problem}`]
  }),
  ...Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap(([name, version]) =>
    /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [`package.json: ${name} is not of one exact version`]
  )
]

if (import.meta.main) {
  const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")
  const lockfile: Lockfile = JSON.parse(read("package-lock.json"))
  const manifest: Manifest = JSON.parse(read("package.json"))
  const problems = lockfileProblems(lockfile, manifest)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
