// `npm run figures:output`: a fleet whose output is not taken. `-- --bin FILE` measures another checkout's src/bin.ts.
import { parseArgs } from "node:util"
import { Clock, Duration, Effect, type Scope } from "effect"
import { Rehearsal } from "../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../test/cli/spawnCli.ts"
import { loudBot } from "../test/support/loudBot.ts"
import { parsePrometheus, valueOf } from "../test/support/prometheus.ts"
import { keys, onTerminal } from "../test/terminal/onTerminal.ts"

const { values } = parseArgs({
  options: { bin: { type: "string", default: "src/bin.ts" }, seconds: { type: "string", default: "24" } }
})
const { bin } = values
const seconds = Number(values.seconds)
/** Messages a second, for each of which the bot prints a megabyte. */
const rate = 20
/** A healthcheck that takes longer than this is given up: as good as never answered. */
const patience = Duration.seconds(10)
const port = 9_499

/** What a fleet prints to, once it runs. */
interface Running {
  /** Makes the reader stop, where it has not from the start. */
  readonly stall: Effect.Effect<void>
  readonly end: Effect.Effect<void>
}

type Start = (args: ReadonlyArray<string>) => Effect.Effect<Running, never, Scope.Scope>

const piped =
  (options: Parameters<typeof spawnCli>[2]): Start =>
  (args) =>
    Effect.map(spawnCli(args, {}, { bin, ...options }), (cli) => ({
      stall: Effect.void,
      end: Effect.andThen(cli.kill("SIGTERM"), cli.ended)
    }))

const ways: ReadonlyArray<readonly [name: string, start: Start]> = [
  ["a file", piped({ outputTo: "/dev/null" })],
  ["a pipe that nobody reads", piped({ stalled: true })],
  ["a full disk", piped({ outputTo: "/dev/full" })],
  [
    "a terminal that Ctrl-S holds",
    (args) =>
      Effect.map(onTerminal(process.execPath, [bin, ...args]), (terminal) => ({
        stall: terminal.type(keys.hold),
        end: Effect.andThen(terminal.kill("SIGTERM"), terminal.ended)
      }))
  ]
]

const metrics = Effect.promise(async () => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5_000) })
    return parsePrometheus(await response.text())
  } catch {
    return undefined
  }
})
const figure = (name: string) =>
  Effect.map(metrics, (families) => (families === undefined ? undefined : valueOf(families, name)))
const megabytes = (bytes: number | undefined) => (bytes === undefined ? "no answer" : `${Math.round(bytes / 1e6)} MB`)

/** Measures a fleet of one team, whose bot prints without an end. */
const measure = Effect.fnUntraced(function* (name: string, start: Start) {
  const server = yield* Rehearsal
  const flags = ["--url", server.globalUrl, "--admin", `127.0.0.1:${port}`, "--bot", yield* loudBot]
  const fleet = yield* start(["run", ...flags])
  yield* server.join(1)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
  yield* Effect.sleep("2 seconds")
  const before = yield* figure("process_resident_memory_bytes")
  yield* fleet.stall
  const talk = Effect.forever(Effect.andThen(server.say(1, "hello"), Effect.sleep(1_000 / rate)))
  yield* Effect.forkScoped(talk)

  let slowest = 0
  const until = (yield* Clock.currentTimeMillis) + seconds * 1_000
  while ((yield* Clock.currentTimeMillis) < until && slowest < Duration.toMillis(patience)) {
    const [took] = yield* Effect.timed(Effect.timeoutOption(server.healthcheck, patience))
    slowest = Math.max(slowest, Duration.toMillis(took))
    yield* Effect.sleep("200 millis")
  }
  const after = yield* figure("process_resident_memory_bytes")
  const dropped = yield* figure("botswain_output_dropped_total")
  const [ended] = yield* Effect.timed(Effect.timeoutOption(fleet.end, patience))
  const never = (millis: number) => (millis >= Duration.toMillis(patience) ? "never" : `${Math.round(millis)} ms`)
  const cells = [
    name,
    `${megabytes(before)} → ${megabytes(after)}`,
    never(slowest),
    (dropped ?? 0).toLocaleString("en-US"),
    never(Duration.toMillis(ended))
  ]
  console.log(`| ${cells.join(" | ")} |`)
})

console.log("| output goes to | memory | slowest healthcheck | lines dropped | end after SIGTERM |")
console.log("|---|---|---|---|---|")
for (const [name, start] of ways) {
  await Effect.runPromise(measure(name, start).pipe(Effect.orDie, Effect.scoped, Effect.provide(layerServer())))
}
process.exit()
