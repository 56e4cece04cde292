import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect, type Scope } from "effect"

/** Module that makes the process loud which imports it first: once it is told to, it prints a megabyte twenty times a second. */
export interface LoudProcess {
  /** Options of Node by which it is imported. */
  readonly nodeOptions: ReadonlyArray<string>
  readonly begin: Effect.Effect<void>
}

/** Makes one, which prints so many megabytes. Not a bot's output, which is limited by itself. */
export const loudProcess = (megabytes: number): Effect.Effect<LoudProcess, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ).pipe(
    Effect.map((folder) => {
      const [file, signal] = [join(folder, "loud.mjs"), join(folder, "begin")]
      writeFileSync(
        file,
        `import { existsSync } from "node:fs"
        let left = ${megabytes}
        const timer = setInterval(() => {
          if (!existsSync(${JSON.stringify(signal)})) return
          for (let n = 0; n < 1_000; n++) console.log("x".repeat(999))
          if (--left === 0) clearInterval(timer)
        }, 50)
        timer.unref()`
      )
      return {
        nodeOptions: ["--import", pathToFileURL(file).href],
        begin: Effect.sync(() => writeFileSync(signal, ""))
      }
    })
  )
