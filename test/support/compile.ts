import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { findProgram } from "./findProgram.ts"

const compiler = () =>
  findProgram({
    variable: "CC",
    names: ["cc", "gcc", "clang"],
    missing:
      "These tests need what only C can do, and there is no C compiler: `apt-get install gcc libc6-dev` (Debian), or name one " +
      "in the variable CC."
  })

/** Compiles a C file of the tests, with these options and libraries. Gives the path of the result, which goes with the Scope. */
export const compile = (
  source: string,
  {
    libraries = [],
    options = []
  }: { readonly options?: ReadonlyArray<string>; readonly libraries?: ReadonlyArray<string> } = {}
): Effect.Effect<string, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-c-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const result = join(folder, "compiled")
    const { error, status, stderr } = spawnSync(compiler(), [...options, "-o", result, source, ...libraries], {
      encoding: "utf8"
    })
    if (status !== 0) return yield* Effect.die(error ?? new Error(`${source} does not compile:\n${stderr}`))
    return result
  })
