import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { Duplex, type Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { Effect, Layer } from "effect"
import { BotEnd } from "./BotEnd.ts"
import { type BotListener, BotWorkers } from "./BotWorkers.ts"
import { excerpt } from "./excerpt.ts"
import { Lines } from "./Lines.ts"
import type { BotStart } from "./protocol.ts"
import { RawLines } from "./RawLines.ts"
import { workerFile } from "./workerFile.ts"

/** Characters of a line that a bot may send: more is no report. */
const longest = 4 * 1024 * 1024

const mebibyte = 1024 * 1024

/** A message in a line, or the line as it is where it is none: then it is no report either. */
const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}

/** Memory that a process of Node has with this program in it, before there is a bot: some 90 MiB, and some air. */
const own = 112 * mebibyte

/** Bytes that a process has taken beside what it needs without a bot; `undefined` where the system does not tell. */
const residentMemory = (pid: number): Effect.Effect<number | undefined> =>
  Effect.tryPromise(() => readFile(`/proc/${pid}/status`, "latin1")).pipe(
    Effect.map((status) => /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    Effect.map((kibibytes) => (kibibytes === undefined ? undefined : Math.max(0, Number(kibibytes) * 1024 - own))),
    Effect.timeoutOrElse({ duration: 100, orElse: () => Effect.undefined }),
    // Not Linux, or no longer there. It tells of its memory itself too, as long as its event loop turns.
    Effect.orElseSucceed(() => undefined)
  )

/** How a process ended that nobody told to. */
const endOf = (error: unknown, code: number | null, signal: string | null): BotEnd => {
  if (error !== undefined) return BotEnd.Unstarted({ problem: excerpt(error) })
  return signal === null ? BotEnd.Exited({ code: code ?? 0 }) : BotEnd.Signalled({ signal })
}

const startProcess = (start: BotStart, listener: BotListener) => {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      `--max-old-space-size=${Math.ceil(start.memory / mebibyte)}`,
      fileURLToPath(workerFile("process")),
      JSON.stringify(start)
    ],
    { stdio: ["ignore", "pipe", "pipe", "pipe"], windowsHide: true }
  )
  // Where there is no descriptor to be had, Node gives no streams, and not even a list of them.
  const [, stdout, stderr, channel] = child.pid === undefined ? [] : child.stdio
  const raw = readers(stdout, stderr, listener)
  const lines = new Lines(longest)
  let error: unknown
  let ended: BotEnd | undefined
  let isOpen = channel instanceof Duplex
  const endOnceAllIsRead = () => {
    if (ended !== undefined && !isOpen) listener.onEnd(ended)
  }
  if (channel instanceof Duplex) {
    // That it is gone is told by its close.
    channel.on("error", () => {})
    channel.setEncoding("utf8")
    channel.on("data", (text: string) => {
      for (const line of lines.push(text)) listener.onMessage(parse(line))
    })
    channel.on("close", () => {
      isOpen = false
      endOnceAllIsRead()
    })
  }
  const end = (code: number | null, signal: string | null) => {
    if (ended !== undefined) return
    ended = endOf(error, code, signal)
    endOnceAllIsRead()
  }
  child.on("error", (failed) => {
    error = failed
    if (child.pid !== undefined) return
    // Without a process there is no other event.
    isOpen = false
    end(null, null)
  })
  // Not "close", which waits for all that its own children print.
  child.on("exit", end)
  return {
    post: (message: unknown) => {
      if (channel instanceof Duplex) channel.write(`${JSON.stringify(message)}\n`)
    },
    memory: Effect.suspend(() => {
      for (const stream of raw) stream.look()
      return child.pid === undefined ? Effect.undefined : residentMemory(child.pid)
    }),
    kill: () => void child.kill("SIGKILL"),
    lastWords: Effect.forEach(raw, (stream) => stream.end, { discard: true })
  }
}

const readers = (
  stdout: Readable | null | undefined,
  stderr: Readable | null | undefined,
  { onRawLine }: BotListener
): ReadonlyArray<RawLines> => [
  ...(stdout == null ? [] : [new RawLines(stdout, (line) => onRawLine("stdout", line))]),
  ...(stderr == null ? [] : [new RawLines(stderr, (line) => onRawLine("stderr", line))])
]

/** Runs bots in processes of their own. */
export const layer: Layer.Layer<BotWorkers> = Layer.succeed(BotWorkers, { start: startProcess })
