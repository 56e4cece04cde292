// The entry of a bot's process.
import { writeFileSync } from "node:fs"
import { Socket } from "node:net"
import { Worker } from "node:worker_threads"
import { keepCompiled } from "../../node/compileCache.ts"
import type { BotStart, ToBot } from "../protocol.ts"

/** Descriptor of the channel, beside the standard ones. */
const channel = 3

// The fleet ends its bot, after the connections are closed: signals to the whole group are not for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {})

// A bot that loops does not see that its fleet has been killed. A thread does.
new Worker(
  `const fleet = process.ppid
   setInterval(() => { if (process.ppid !== fleet) process.kill(process.pid, "SIGKILL") }, 1000)`,
  { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 } }
).unref()

try {
  // Where memory is short, it is this process that the kernel should end, and not the fleet.
  writeFileSync("/proc/self/oom_score_adj", "500")
} catch {
  // There is no such file but on Linux.
}

keepCompiled()

const { Effect } = await import("effect")
const { Lines } = await import("../Lines.ts")
const { offerModules } = await import("./modules.ts")
const { runWorker } = await import("./runWorker.ts")

const start: BotStart = JSON.parse(process.argv[2] ?? "")
const socket = new Socket({ fd: channel, readable: true, writable: true })
socket.setEncoding("utf8")
socket.on("error", () => process.exit(1))
socket.on("close", () => process.exit(1))

offerModules()
Effect.runFork(
  runWorker(start, {
    post: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    listen: (listener) => {
      const lines = new Lines(Infinity)
      socket.on("data", (text: string) => {
        for (const line of lines.push(text)) {
          const message: ToBot = JSON.parse(line)
          listener(message)
        }
      })
    },
    end: (code) => socket.end(() => process.exit(code))
  })
)
