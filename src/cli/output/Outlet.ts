import { Duration, Effect, Latch, Result } from "effect"
import { Canvas, type Surface } from "../terminal/Canvas.ts"
import type * as Screen from "../terminal/Screen.ts"
import type { Text } from "../terminal/Text.ts"
import type { Sink } from "./Sink.ts"

/** Characters that may wait. What comes when there are more is dropped; one that fits in is taken whole. */
export const room = 8 << 20
/** Characters that an entry is taken for besides its text: many short ones take more memory than a long one. */
const entryRoom = 64
/** Characters that are offered to the sink at once, about. */
const chunk = 65_536
/** Time until a sink that is busy is asked again: at first, and at most. In milliseconds. */
const [firstPause, longestPause] = [2, 200]
/** Time until a sink that has failed is asked again. */
const failurePause = Duration.seconds(1)

const lineEnd = 0x0a

/** Time to wait for what is still to be written: for as long as nothing of it is taken, and in all. */
export interface Patience {
  readonly quiet: Duration.Input
  readonly most: Duration.Input
}

/** Lines that wait to be written. */
interface Entry {
  readonly text: string
  readonly lines: number
}

/**
 * Outlet of the process, in front of a sink. Writing to it takes no time: what the sink has no room for waits, up to a
 * bound, and beyond it is dropped and counted. Of the block that is drawn in place only the newest waits.
 */
export class Outlet implements Screen.Outlet {
  readonly isTerminal: boolean
  readonly #sink: Sink
  readonly #canvas: Canvas
  /** Open while there is something to write. */
  readonly #due = Latch.makeUnsafe(false)
  /** Open while there is nothing to write. */
  readonly #idle = Latch.makeUnsafe(true)
  #entries: Array<Entry> = []
  #waiting = 0
  #closed = false
  /** True if the last byte that was written did not end a line, and its line is lost. */
  #inLine = false
  #dropped = 0
  #told = 0
  #taken = 0

  constructor(sink: Sink, surface: Surface) {
    this.isTerminal = surface.isTerminal
    this.#sink = sink
    this.#canvas = new Canvas(surface)
  }

  readonly columns = (): number => this.#canvas.columns()

  readonly write = (lines: ReadonlyArray<Text>): void => {
    if (this.#closed || this.#waiting >= room) {
      this.#dropped += lines.length
      return
    }
    const text = this.#canvas.lines(lines)
    this.#entries.push({ text, lines: lines.length })
    this.#waiting += text.length + entryRoom
    this.#wake()
  }

  readonly show = (block: ReadonlyArray<Text>): void => {
    this.#canvas.show(block)
    if (this.#canvas.isStale && !this.#closed) this.#wake()
  }

  /** Lines that nobody took. */
  readonly dropped = (): number => this.#dropped

  /** Takes the lines that were dropped since it was asked last; 0 for as long as the sink still takes none. */
  readonly gap = (): number => {
    if (this.#closed || this.#waiting > room / 2) return 0
    const lines = this.#dropped - this.#told
    this.#told = this.#dropped
    return lines
  }

  readonly flushed: Effect.Effect<void> = this.#idle.await

  /** Waits like `flushed`, but not for ever. */
  flush({ most, quiet }: Patience): Effect.Effect<void> {
    const stalled: Effect.Effect<void> = Effect.suspend(() => {
      const before = this.#taken
      return Effect.andThen(
        Effect.sleep(quiet),
        Effect.suspend(() => (this.#taken === before ? Effect.void : stalled))
      )
    })
    return Effect.raceAllFirst([this.flushed, stalled, Effect.sleep(most)])
  }

  /** Writes what waits, until interrupted. */
  readonly run: Effect.Effect<never> = Effect.forever(
    Effect.suspend(() => {
      const entries = this.#take()
      if (entries !== undefined) return this.#writeAll(entries)
      this.#due.closeUnsafe()
      this.#idle.openUnsafe()
      return this.#due.await
    })
  )

  #wake(): void {
    this.#idle.closeUnsafe()
    this.#due.openUnsafe()
  }

  #take(): ReadonlyArray<Entry> | undefined {
    if (this.#closed || (this.#entries.length === 0 && !this.#canvas.isStale)) return undefined
    let length = 0
    const end = this.#entries.findIndex(({ text }) => (length += text.length) >= chunk)
    return this.#entries.splice(0, end < 0 ? this.#entries.length : end + 1)
  }

  #writeAll(entries: ReadonlyArray<Entry>): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const text = entries.map((entry) => entry.text).join("")
      const waited = text.length + entries.length * entryRoom
      const bytes = Buffer.from((this.#inLine ? "\n" : "") + this.#canvas.compose(text))
      let rest = bytes
      let pause = firstPause
      this.#inLine = false
      while (rest.length > 0) {
        const result = yield* Effect.result(this.#sink.write(rest))
        if (Result.isSuccess(result)) {
          this.#taken += result.success
          rest = rest.subarray(result.success)
          pause = firstPause
        } else if (result.failure.kind !== "busy") {
          const last = bytes[bytes.length - rest.length - 1]
          this.#inLine = last !== undefined && last !== lineEnd
          this.#dropped += rest.reduce((lines, byte) => (byte === lineEnd ? lines + 1 : lines), 0)
          this.#waiting -= waited
          if (result.failure.kind === "gone") return this.#close()
          if (this.#entries.length === 0) this.#idle.openUnsafe()
          return yield* Effect.sleep(failurePause)
        }
        if (rest.length === 0) break
        // What has room for a part only, as a terminal at times, has none for the rest in this instant.
        yield* Effect.sleep(pause)
        pause = Math.min(2 * pause, longestPause)
      }
      this.#waiting -= waited
    })
  }

  #close(): void {
    this.#closed = true
    this.#dropped += this.#entries.reduce((sum, { lines }) => sum + lines, 0)
    this.#entries = []
    this.#waiting = 0
  }
}
