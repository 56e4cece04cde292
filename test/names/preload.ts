import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { findProgram } from "../support/findProgram.ts"

const compiler = () =>
  findProgram({
    variable: "CC",
    names: ["cc", "gcc", "clang"],
    missing:
      "These tests put a getaddrinfo of their own before the C library's, and there is no C compiler: `apt-get install gcc " +
      "libc6-dev` (Debian), or name one in the variable CC."
  })

/** Variables of a process in which the names of getaddrinfo.c resolve as it says. Linux only. */
export const testNames: Effect.Effect<Record<string, string>, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-names-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )
  const library = join(folder, "getaddrinfo.so")
  const source = fileURLToPath(new URL("getaddrinfo.c", import.meta.url))
  const { error, status, stderr } = spawnSync(compiler(), ["-shared", "-fPIC", "-o", library, source, "-ldl"], {
    encoding: "utf8"
  })
  if (status !== 0)
    return yield* Effect.die(error ?? new Error(`the getaddrinfo of the tests does not compile:\n${stderr}`))
  return { LD_PRELOAD: library }
})
