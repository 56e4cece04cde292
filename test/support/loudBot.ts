import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"

/** File of a bot that prints a megabyte a message, in a thousand lines. */
export const loudBot: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "botswain-"))
    const file = join(folder, "loud.mjs")
    writeFileSync(file, `export default () => { for (let n = 0; n < 1_000; n++) console.log("x".repeat(999)) }`)
    return { folder, file }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(Effect.map(({ file }) => file))
