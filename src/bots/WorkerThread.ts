import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads"
import { Effect, Layer } from "effect"
import { errorCode } from "../node/errorCode.ts"
import { noteEnded, noteEnding } from "../node/exitProcess.ts"
import { BotEnd } from "./BotEnd.ts"
import { type BotListener, BotWorkers } from "./BotWorkers.ts"
import { excerpt } from "./excerpt.ts"
import type { BotStart } from "./protocol.ts"
import { RawLines } from "./RawLines.ts"
import type { ThreadData } from "./worker/thread.ts"
import { workerFile } from "./workerFile.ts"

const mebibyte = 1024 * 1024

/**
 * V8's own limit in MiB, for a bot that may use so many bytes. Beyond it V8 ends the thread, or, where it has no room for one
 * large table, the whole process; so it is far beyond, and the looks at the bot's memory come before. A table that grows
 * takes three times its size.
 */
const heapLimit = (memory: number): number => Math.ceil(Math.max(8 * memory, memory + 1024 * mebibyte) / mebibyte)

/** Time that a thread has to tell of its memory. One that loops does; one in a system call cannot. In milliseconds. */
const memoryWithin = 100

/** How a thread ended that nobody told to. */
const endOf = (error: unknown, code: number): BotEnd => {
  if (error === undefined) return BotEnd.Exited({ code })
  switch (errorCode(error)) {
    case "ERR_WORKER_OUT_OF_MEMORY":
      return BotEnd.OutOfMemory()
    case "ERR_WORKER_INIT_FAILED":
      return BotEnd.Unstarted({ problem: excerpt(error) })
    default:
      return BotEnd.Threw({ problem: excerpt(error) })
  }
}

const startThread = (start: BotStart, listener: BotListener) => {
  const { port1: port, port2 } = new MessageChannel()
  const data: ThreadData = { start, port: port2 }
  const worker = new Worker(workerFile("thread"), {
    name: "bot",
    workerData: data,
    transferList: [port2],
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapLimit(start.memory), maxYoungGenerationSizeMb: 32 }
  })
  let error: unknown
  let hasEnded = false
  const raw = [
    new RawLines(worker.stdout, (line) => listener.onRawLine("stdout", line)),
    new RawLines(worker.stderr, (line) => listener.onRawLine("stderr", line))
  ]
  port.on("message", listener.onMessage)
  worker.on("error", (thrown) => (error = thrown))
  worker.on("exit", (code) => {
    // What it posted last may still be on its way.
    for (let last = receiveMessageOnPort(port); last !== undefined; last = receiveMessageOnPort(port)) {
      listener.onMessage(last.message)
    }
    port.close()
    hasEnded = true
    noteEnded(worker)
    listener.onEnd(endOf(error, code))
  })
  return {
    post: (message: unknown) => port.postMessage(message),
    memory: Effect.promise(() => {
      for (const stream of raw) stream.look()
      return worker.getHeapStatistics()
    }).pipe(
      Effect.map(({ external_memory, used_heap_size }) => used_heap_size + external_memory),
      Effect.timeoutOrElse({ duration: memoryWithin, orElse: () => Effect.succeed(undefined) }),
      // One that has just ended tells nothing; that it has is told by `onEnd`.
      Effect.catchCause(() => Effect.succeed(undefined))
    ),
    kill: () => {
      if (hasEnded) return
      noteEnding(worker)
      // Never awaited: it is pending as long as the thread is in a system call. `exit` says when it has ended.
      void worker.terminate()
    },
    lastWords: Effect.forEach(raw, (stream) => stream.end, { discard: true })
  }
}

/** Runs bots in threads of this process. */
export const layer: Layer.Layer<BotWorkers> = Layer.succeed(BotWorkers, { start: startThread })
