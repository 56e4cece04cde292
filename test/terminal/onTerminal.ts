import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Deferred, Effect, type Scope } from "effect"
import { compile } from "../support/compile.ts"

const source = fileURLToPath(new URL("pty.c", import.meta.url))
const root = fileURLToPath(new URL("../..", import.meta.url))

/** Program on a terminal of its own. */
export interface Terminal {
  /** All that the terminal has shown. */
  readonly shown: () => string
  /** Waits until the terminal has shown that, after `from` characters. */
  readonly shows: (pattern: RegExp, from?: number) => Effect.Effect<RegExpMatchArray>
  readonly type: (keys: string) => Effect.Effect<void>
  /** The terminal is closed. */
  readonly hangUp: Effect.Effect<void>
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits for the exit code. */
  readonly ended: Effect.Effect<number | null>
}

export const keys = { interrupt: "\x03", hold: "\x13", goOn: "\x11" }

/** Starts a program on a terminal of 200 columns, in the folder of the project; killed when the Scope closes. */
export const onTerminal = (program: string, args: ReadonlyArray<string>): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pty = yield* compile(source)
    const inherited = Object.entries(process.env).filter(([name]) => !/^(BOTSWAIN_|npm_|NO_COLOR$)/.test(name))
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(pty, [program, ...args], { cwd: root, env: { ...Object.fromEntries(inherited), TERM: "xterm" } })
      ),
      (child) => Effect.sync(() => void child.stdin.end())
    )
    let shown = ""
    const watchers = new Set<() => void>()
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text
      for (const look of watchers) look()
    })
    const pid = yield* Deferred.make<number>()
    child.stderr
      .setEncoding("utf8")
      .once("data", (line: string) => Deferred.doneUnsafe(pid, Effect.succeed(Number(line))))
    const ended = yield* Deferred.make<number | null>()
    child.on("exit", (code) => Deferred.doneUnsafe(ended, Effect.succeed(code)))
    const started = yield* Deferred.await(pid)
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        if (child.exitCode === null) process.kill(started, "SIGKILL")
      })
    )

    return {
      shown: () => shown,
      shows: (pattern, from = 0) =>
        Effect.callback((resume) => {
          const look = () => {
            const match = pattern.exec(shown.slice(from))
            if (match === null) return
            watchers.delete(look)
            resume(Effect.succeed(match))
          }
          watchers.add(look)
          look()
          return Effect.sync(() => void watchers.delete(look))
        }),
      type: (typed) => Effect.sync(() => void child.stdin.write(typed)),
      hangUp: Effect.sync(() => void child.stdin.end()),
      kill: (signal) => Effect.sync(() => void process.kill(started, signal)),
      ended: Deferred.await(ended)
    }
  })
