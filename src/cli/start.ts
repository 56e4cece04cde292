import { Console } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import { layer as nodeServices } from "@effect/platform-node/NodeServices"
import { Deferred, Effect, Layer, Runtime } from "effect"
import { Host, type Signal } from "./Host.ts"
import { main } from "./main.ts"
import { Canvas } from "./terminal/Canvas.ts"
import { makeView, type Outlet, Screen } from "./terminal/Screen.ts"
import { linesOf, type Text } from "./terminal/Text.ts"

const outlet = (stream: NodeJS.WriteStream): Outlet => {
  // Whoever reads the output may go away (`botswain demo | head -1`); that ends the output, not the fleet.
  stream.on("error", () => {})
  const isTerminal = stream.isTTY && process.env["TERM"] !== "dumb"
  const canvas = new Canvas({
    isTerminal,
    colors: isTerminal && (process.env["NO_COLOR"] ?? "") === "",
    columns: () => stream.columns ?? 0
  })
  const draw = (lines: string) => void stream.write(canvas.compose(lines))
  return {
    isTerminal,
    columns: () => canvas.columns(),
    write: (lines) => draw(canvas.lines(lines)),
    show: (block) => {
      canvas.show(block)
      if (canvas.isStale) draw("")
    },
    flushed: Effect.void,
    gap: () => 0
  }
}

const stderr = outlet(process.stderr)
const screen = makeView(process.stdout.isTTY && process.stderr.isTTY ? stderr : outlet(process.stdout), stderr)

/** Stream that prints what is written to it. */
const lines = (print: (texts: ReadonlyArray<Text>) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk: unknown, _encoding, done) => {
      print(linesOf(String(chunk)))
      done()
    }
  })
// What a bot prints goes above the block, not into it.
if (screen.live) globalThis.console = new Console(lines(screen.print), lines(screen.log))

/** Ends the process, and removes the block from the screen. */
const exit = (code: number): never => {
  screen.show([])
  process.exit(code)
}

const signalled = Deferred.makeUnsafe<Signal>()
const onSignal = (signal: Signal, code: number) =>
  process.on(signal, () => {
    if (!Deferred.doneUnsafe(signalled, Effect.succeed(signal))) exit(code)
  })
// 128 and the number of the signal, as shells have it.
onSignal("SIGINT", 130)
onSignal("SIGTERM", 143)

process.on("uncaughtException", (error) => {
  screen.log(["botswain: this is a bug", ...linesOf(inspect(error))])
  exit(1)
})
// Effects leave none behind, so it is a bot's, and a bot that fails changes nothing for the fleet.
process.on("unhandledRejection", (reason) =>
  screen.log(["botswain: a promise of the bot was rejected", ...linesOf(inspect(reason))])
)

const host = Host.of({ signal: Deferred.await(signalled), exit: (code) => Effect.sync(() => exit(code)) })

const runMain = Runtime.makeRunMain(({ fiber }) =>
  fiber.addObserver((end) => exit(end._tag === "Success" && typeof end.value === "number" ? end.value : 1))
)

main.pipe(
  Effect.provide([nodeServices, Layer.succeed(Screen, screen), Layer.succeed(Host, host)]),
  runMain({ disableErrorReporting: true })
)
