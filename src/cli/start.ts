import { inspect } from "node:util"
import { layer as nodeServices } from "@effect/platform-node/NodeServices"
import { Clock, Deferred, Effect, Layer, Runtime } from "effect"
import { exitProcess } from "../node/exitProcess.ts"
import { OutputLoss } from "../observe/OutputLoss.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { printProblem } from "./failure.ts"
import { exitCodes, Host, type Signal } from "./Host.ts"
import { main } from "./main.ts"
import { consoleOn } from "./output/consoleOn.ts"
import { openOutlets } from "./output/openOutlets.ts"
import type { Patience } from "./output/Outlet.ts"
import { makeSignalOrder } from "./signalOrder.ts"
import { counted } from "./terminal/format.ts"
import { makeView, Screen } from "./terminal/Screen.ts"
import { linesOf } from "./terminal/Text.ts"

const { stderr, stdout } = openOutlets()
const outlets = [...new Set([stdout, stderr])]
const screen = makeView(stdout, stderr)
// As long as the process: the end of everything else is printed too.
for (const { run } of outlets) Effect.runFork(run)

// What anything prints goes above the block, not into it, and holds up nothing.
globalThis.console = consoleOn(screen)

const atTheEnd: Patience = { quiet: "1 second", most: "4 seconds" }
const atOnce: Patience = { quiet: "200 millis", most: "200 millis" }

let isEnding = false
/** Ends the process, when what was printed has been taken, or patience is over; without the block on the screen. */
const exit = (code: number, patience: Patience = atOnce): void => {
  if (isEnding) exitProcess(code)
  isEnding = true
  screen.show([])
  const flush = (upTo: Patience) =>
    Effect.forEach(outlets, (outlet) => outlet.flush(upTo), { concurrency: "unbounded" })
  const tellLoss = Effect.suspend(() => {
    const lost = screen.gap()
    if (lost === 0) return Effect.void
    printProblem(screen, `${counted(lost, "line")} of output could not be written`)
    return flush(atOnce)
  })
  const leave = Effect.sync(() => exitProcess(code))
  Effect.runFork(Effect.all([flush(patience), tellLoss, leave], { discard: true }))
}

const clock = Effect.runSync(Clock.Clock)
const orderOf = makeSignalOrder()
const signalled = Deferred.makeUnsafe<Signal>()
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    const order = orderOf(monotonicMillis(clock))
    if (order === "first") Deferred.doneUnsafe(signalled, Effect.succeed(signal))
    if (order === "again") exit(exitCodes[signal])
  })
}

process.on("uncaughtException", (error) => {
  screen.log(["botswain: this is a bug", ...linesOf(inspect(error))])
  exit(1)
})
// Effects leave none behind.
process.on("unhandledRejection", (reason) =>
  screen.log(["botswain: a promise was rejected", ...linesOf(inspect(reason))])
)

const host = Host.of({
  signal: Deferred.await(signalled),
  exit: (code) =>
    Effect.andThen(
      Effect.sync(() => exit(code)),
      Effect.never
    )
})

const runMain = Runtime.makeRunMain(({ fiber }) =>
  fiber.addObserver((end) => exit(end._tag === "Success" && typeof end.value === "number" ? end.value : 1, atTheEnd))
)

main.pipe(
  Effect.provideService(OutputLoss, () => outlets.reduce((sum, outlet) => sum + outlet.dropped(), 0)),
  Effect.provide([nodeServices, Layer.succeed(Screen, screen), Layer.succeed(Host, host)]),
  runMain({ disableErrorReporting: true })
)
