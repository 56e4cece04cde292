import { spawn } from "node:child_process"
import { Effect } from "effect"

/** A process that has a journal. */
export interface Holder {
  readonly kill: Effect.Effect<void>
  /** What it has written to stderr. */
  readonly errors: () => string
}

/** Starts a process that opens a journal, writes to it, and has it until it is killed. */
export const heldJournal = (kind: "sqlite" | "postgres", where: string) =>
  Effect.acquireRelease(
    Effect.callback<Holder>((resume) => {
      const child = spawn(process.execPath, [new URL("holdJournal.ts", import.meta.url).pathname, kind, where])
      let errors = ""
      const kill = Effect.callback<void>((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done(Effect.void)
        child.once("exit", () => done(Effect.void))
        child.kill("SIGKILL")
      })
      child.stderr.on("data", (chunk) => (errors += String(chunk)))
      child.stdout.once("data", () => resume(Effect.succeed({ kill, errors: () => errors })))
      child.once("exit", (code) => resume(Effect.die(new Error(`the holder ended with ${code}: ${errors}`))))
    }),
    ({ kill }) => kill
  )
