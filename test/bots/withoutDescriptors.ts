// A process that has no descriptor left, and starts a bot apart: in a thread, or in a process.
import { closeSync, openSync } from "node:fs"
import { Effect } from "effect"
import { describeEnd } from "../../src/bots/BotEnd.ts"
import { BotWorkers } from "../../src/bots/BotWorkers.ts"
import * as WorkerProcess from "../../src/bots/WorkerProcess.ts"
import * as WorkerThread from "../../src/bots/WorkerThread.ts"

const layer = process.argv[2] === "thread" ? WorkerThread.layer : WorkerProcess.layer

const taken: Array<number> = []
const takeAll = () => {
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"))
    } catch {
      return
    }
  }
}

const oneLife = Effect.gen(function* () {
  const { start } = yield* BotWorkers
  takeAll()
  const why = yield* Effect.callback<string>((resume) => {
    start(
      { file: "bot.ts", memory: 1 << 28, logLevel: "Info", perTeam: 1, total: 1 },
      { onMessage: () => {}, onRawLine: () => {}, onEnd: (end) => resume(Effect.succeed(describeEnd(end))) }
    )
  })
  for (const descriptor of taken) closeSync(descriptor)
  console.log(why)
})

await Effect.runPromise(Effect.provide(oneLife, layer))
