import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

/** A folder that is empty, and goes with the Scope. */
export const tempFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
