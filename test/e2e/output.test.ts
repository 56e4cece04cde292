import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { adminFleet } from "../support/adminFleet.ts"
import { loudProcess } from "../support/loudProcess.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"

/** Any port that is free at this moment. */
const freePort = Effect.map(Effect.scoped(adminFleet()), ({ origin }) => new URL(origin).port)

/** A fleet of one team, in whose process fifty megabytes are printed. */
const loudFleet = Effect.fnUntraced(function* () {
  const server = yield* Rehearsal
  const port = yield* freePort
  const loud = yield* loudProcess(50)
  const flags = ["--url", server.globalUrl, "--admin", `127.0.0.1:${port}`]
  const cli = yield* spawnCli(["run", ...flags], { NODE_OPTIONS: loud.nodeOptions.join(" ") }, { stalled: true })
  yield* server.join(1)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
  yield* loud.begin
  for (let n = 0; n < 50; n++) yield* server.say(1, `message ${n}`)
  yield* server.settle
  const metrics = Effect.promise(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    return parsePrometheus(await response.text())
  })
  const dropped = Effect.map(metrics, (families) => valueOf(families, "botswain_output_dropped_total") ?? 0)
  const answers = Effect.map(server.healthcheck, ([team]) => team)
  return { answers, cli, dropped, server }
})

const told = { id: 1, connected: true, message_count: 50, props_count: 0 }

describe("a pipe that nobody reads", () => {
  it.live("holds up neither the fleet nor its end, and what it does not take is counted", () =>
    Effect.gen(function* () {
      const { answers, cli, dropped, server } = yield* loudFleet()
      assert.deepStrictEqual(yield* answers, told)
      yield* Effect.repeat(dropped, { until: (lines) => lines >= 40_000 })
      yield* cli.kill("SIGTERM")
      assert.deepInclude(yield* cli.ended, { code: 0, signal: null })
      yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
      assert.deepStrictEqual([...(yield* server.state).team(1).closeCodes], [1000])
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("is told how much was dropped, once it is read", () =>
    Effect.gen(function* () {
      const { answers, cli, dropped } = yield* loudFleet()
      assert.deepStrictEqual(yield* answers, told)
      const lines = yield* Effect.repeat(dropped, { until: (count) => count >= 40_000 })
      yield* cli.read
      const [, counted] = yield* cli.printed(/"lines of output were dropped[^\n]*"lines":(\d+)/)
      assert.isAtLeast(Number(counted), lines)
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )
})

describe("a reader that goes away", () => {
  it.live("ends a command in peace", () =>
    Effect.gen(function* () {
      const cli = yield* spawnCli(["simulate", "--seed", "1", "--trace", "--teams", "5", "--minutes", "20"])
      yield* cli.stopReading
      const { code, stderr } = yield* cli.ended
      assert.deepStrictEqual([code, stderr], [0, ""])
    }).pipe(Effect.scoped)
  )

  it.live("gets all of a long result, where it only takes its time", () =>
    Effect.gen(function* () {
      const trace = ["simulate", "--seed", "1", "--trace", "--teams", "20", "--minutes", "60"]
      const whole = yield* runCli(trace)
      assert.isAbove(whole.stdout.length, 200_000)
      const cli = yield* spawnCli(trace, {}, { stalled: true })
      // Longer than a fleet would wait for its reader at the end.
      yield* Effect.sleep("6 seconds")
      yield* cli.read
      yield* cli.printed(/all invariants held/)
      assert.strictEqual(cli.stdout(), whole.stdout)
    }).pipe(Effect.scoped)
  )
})
