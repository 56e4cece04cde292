import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"

const source = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The real command line, in a process of its own. */
export interface Cli {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until what was printed, both streams together, matches; dies if the process ends before. */
  readonly printed: (pattern: RegExp) => Effect.Effect<RegExpMatchArray>
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Nobody reads its stdout from now on. */
  readonly stopReading: Effect.Effect<void>
  /** Reads what it prints, where that was `stalled`. */
  readonly read: Effect.Effect<void>
  readonly ended: Effect.Effect<Ended>
}

/**
 * Starts `botswain` with these arguments, in an environment with these variables; killed when the Scope closes. `bin`: the
 * file that is started, the source if it is not said. `openFiles`: the limit of its descriptors. `largestFile`: bytes of the
 * largest file that it may write, until that is raised. `asNobody`: as the user `nobody`, by root only. `stalled`: what it prints
 * is not read, and its pipes fill up. `outputTo`: file that it prints to, in place of pipes.
 */
export const spawnCli = (
  args: ReadonlyArray<string>,
  variables: Record<string, string> = {},
  options: {
    readonly bin?: string
    readonly openFiles?: number
    readonly largestFile?: number
    readonly asNobody?: boolean
    readonly stalled?: boolean
    readonly outputTo?: string
  } = {}
): Effect.Effect<Cli, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { asNobody = false, bin = source, largestFile, openFiles, outputTo, stalled = false } = options
    const plain = [bin, ...args]
    const limits = [
      ...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]),
      // A block has 512 bytes.
      ...(largestFile === undefined ? [] : [`ulimit -S -f ${Math.ceil(largestFile / 512)}`])
    ]
    const [command, words] =
      limits.length === 0
        ? ([process.execPath, plain] as const)
        : (["sh", ["-c", `${limits.join(" && ")} && exec "$@"`, "sh", process.execPath, ...plain]] as const)
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("BOTSWAIN_"))
    const file = yield* Effect.acquireRelease(
      Effect.sync(() => (outputTo === undefined ? undefined : openSync(outputTo, "w"))),
      (opened) => Effect.sync(() => opened !== undefined && closeSync(opened))
    )
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(command, words, {
          env: { ...Object.fromEntries(inherited), ...variables },
          stdio: ["ignore", file ?? "pipe", file ?? "pipe"],
          ...(asNobody ? { uid: 65534, gid: 65534 } : {})
        })
      ),
      (child) => Effect.sync(() => void child.kill("SIGKILL"))
    )
    let [stdout, stderr] = ["", ""]
    let end: Ended | undefined
    const waiting = new Set<() => void>()
    const changed = () => waiting.forEach((look) => look())
    const read = Effect.sync(() => {
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        stdout += text
        changed()
      })
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        stderr += text
        changed()
      })
    })
    if (!stalled) yield* read
    // Pipes that nobody reads are never closed.
    child.on(stalled ? "exit" : "close", (code, signal) => {
      end = { code, signal, stdout, stderr }
      changed()
    })

    /** Waits until `look` gives something. */
    const until = <A>(look: () => Effect.Effect<A> | undefined): Effect.Effect<A> =>
      Effect.callback<A>((resume) => {
        const check = () => {
          const found = look()
          if (found === undefined) return
          waiting.delete(check)
          resume(found)
        }
        waiting.add(check)
        check()
        return Effect.sync(() => void waiting.delete(check))
      })

    return {
      pid: child.pid ?? 0,
      stdout: () => stdout,
      stderr: () => stderr,
      printed: (pattern) =>
        until(() => {
          const match = pattern.exec(stdout + stderr)
          if (match !== null) return Effect.succeed(match)
          return end === undefined
            ? undefined
            : Effect.die(
                new Error(`ended with ${end.code ?? end.signal} and never printed ${pattern}:\n${stdout}${stderr}`)
              )
        }),
      kill: (signal) => Effect.sync(() => void child.kill(signal)),
      stopReading: Effect.sync(() => void child.stdout?.destroy()),
      read,
      ended: until(() => (end === undefined ? undefined : Effect.succeed(end)))
    }
  })

/** Runs `botswain` to its end. */
export const runCli = (args: ReadonlyArray<string>, variables?: Record<string, string>): Effect.Effect<Ended> =>
  Effect.scoped(Effect.flatMap(spawnCli(args, variables), ({ ended }) => ended))
