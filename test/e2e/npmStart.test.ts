import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Runs a fleet of one team as `npm start` does; killed with all that npm has started when the Scope closes. */
const npmStart = Effect.gen(function* () {
  const server = yield* Rehearsal
  const npm = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn("npm", ["start", "--", "run", "--url", server.globalUrl, "--admin", "off"], {
        cwd: root,
        // A group of its own, so that all of it can be ended.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"]
      })
    ),
    ({ pid = 0 }) =>
      Effect.sync(() => {
        try {
          process.kill(-pid, "SIGKILL")
        } catch {
          // All of them have ended.
        }
      })
  )
  let stdout = ""
  npm.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text))
  npm.stderr.resume()
  const end = yield* Deferred.make<number | null>()
  // Closed only when nobody is left who could write to it.
  npm.on("close", (code) => Deferred.doneUnsafe(end, Effect.succeed(code)))
  yield* server.join(1)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
  return { ended: Deferred.await(end), pid: npm.pid!, server, stdout: () => stdout }
})

/** The process that another one has started; not by pgrep where there is /proc, since a small machine may not have it. */
const childOf = (pid: number): number => {
  const children = `/proc/${pid}/task/${pid}/children`
  return Number.parseInt(
    existsSync(children)
      ? readFileSync(children, "utf8")
      : spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).stdout
  )
}

const targets: ReadonlyArray<readonly [name: string, of: (npm: number) => number]> = [
  ["npm", (npm) => npm],
  ["what npm has started", childOf]
]

describe("npm start", () => {
  for (const [name, target] of targets) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      it.live(`ends the fleet in peace on ${signal} to ${name}, and leaves nobody behind`, () =>
        Effect.gen(function* () {
          const { ended, pid, server, stdout } = yield* npmStart
          process.kill(target(pid), signal)
          assert.strictEqual(yield* ended, 0)
          yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
          const state = yield* server.state
          assert.deepStrictEqual([...state.team(1).closeCodes, ...state.global.closeCodes], [1000, 1000])
          assert.match(stdout(), new RegExp(`Stopped by ${signal}`))
          assert.throws(() => process.kill(-pid, 0), /ESRCH/, "nobody is left")
        }).pipe(Effect.scoped, Effect.provide(layerServer()))
      )
    }
  }
})
