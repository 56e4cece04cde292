// Loaded into every client that is measured (`node --import`): the same instruments for all of them.
import { monitorEventLoopDelay } from "node:perf_hooks"
import { serve } from "./rpc.ts"

const micros = () => {
  const { system, user } = process.cpuUsage()
  return system + user
}

const delay = monitorEventLoopDelay({ resolution: 1 })

const probe = {
  /** Microseconds of CPU so far, of all threads, and resident bytes. */
  usage: () => ({ cpu: micros(), rss: process.memoryUsage.rss() }),
  /** What the process has, in bytes, garbage aside. */
  memory: () => {
    globalThis.gc?.()
    globalThis.gc?.()
    return process.memoryUsage()
  },
  /** Bytes of the heap that are in use, garbage aside. */
  heap: () => {
    globalThis.gc?.()
    globalThis.gc?.()
    return process.memoryUsage().heapUsed
  },
  watchLoop: () => {
    delay.reset()
    delay.enable()
  },
  /** Milliseconds that the event loop was late by; the timer's own millisecond is in them. */
  loopDelay: () => {
    delay.disable()
    return { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
  }
}

export type Probe = typeof probe

serve(probe)
