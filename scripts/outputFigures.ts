// `npm run figures:output`: a fleet whose output is not taken. `-- --bin FILE` measures another checkout's src/bin.ts.
import { parseArgs } from "node:util"
import { Clock, Duration, Effect, type Scope } from "effect"
import { Rehearsal } from "../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../test/cli/spawnCli.ts"
import { loudProcess } from "../test/support/loudProcess.ts"
import { parsePrometheus, valueOf } from "../test/support/prometheus.ts"
import { keys, onTerminal } from "../test/terminal/onTerminal.ts"

const { values } = parseArgs({
  options: { bin: { type: "string", default: "src/bin.ts" }, seconds: { type: "string", default: "24" } }
})
const { bin } = values
const seconds = Number(values.seconds)
/** Megabytes that are printed a second. */
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

type Start = (
  args: ReadonlyArray<string>,
  nodeOptions: ReadonlyArray<string>
) => Effect.Effect<Running, never, Scope.Scope>

const piped =
  (options: Parameters<typeof spawnCli>[2]): Start =>
  (args, nodeOptions) =>
    Effect.map(spawnCli(args, { NODE_OPTIONS: nodeOptions.join(" ") }, { bin, ...options }), (cli) => ({
      stall: Effect.void,
      end: Effect.andThen(cli.kill("SIGTERM"), cli.ended)
    }))

const ways: ReadonlyArray<readonly [name: string, start: Start]> = [
  ["a file", piped({ outputTo: "/dev/null" })],
  ["a pipe that nobody reads", piped({ stalled: true })],
  ["a full disk", piped({ outputTo: "/dev/full" })],
  [
    "a terminal that Ctrl-S holds",
    (args, nodeOptions) =>
      Effect.map(onTerminal(process.execPath, [...nodeOptions, bin, ...args]), (terminal) => ({
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

/** Measures a fleet of one team, in whose process much is printed. */
const measure = Effect.fnUntraced(function* (name: string, start: Start) {
  const server = yield* Rehearsal
  const loud = yield* loudProcess(rate * seconds)
  const fleet = yield* start(["run", "--url", server.globalUrl, "--admin", `127.0.0.1:${port}`], loud.nodeOptions)
  yield* server.join(1)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
  yield* Effect.sleep("2 seconds")
  const before = yield* figure("process_resident_memory_bytes")
  yield* fleet.stall
  yield* loud.begin

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
