// The entry of a bot's thread.
import { type MessagePort, parentPort, workerData } from "node:worker_threads"
import { keepCompiled } from "../../node/compileCache.ts"
import type { BotStart } from "../protocol.ts"

/** What the thread is started with. */
export interface ThreadData {
  readonly start: BotStart
  readonly port: MessagePort
}

// Code that finds itself in a thread may post to the usual port, and what it posts would be the fleet's to read.
parentPort?.close()

keepCompiled()

const { Effect } = await import("effect")
const { limitLookups } = await import("./lookups.ts")
const { offerModules } = await import("./modules.ts")
const { runWorker } = await import("./runWorker.ts")

const { port, start }: ThreadData = workerData
limitLookups()
offerModules()
Effect.runFork(
  runWorker(start, {
    post: (message) => port.postMessage(message),
    listen: (listener) => void port.on("message", listener),
    end: (code) => process.exit(code)
  })
)
