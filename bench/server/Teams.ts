import type { Socket } from "node:net"
import type { WebSocket } from "ws"
import { dialects, type Dialect, type DialectName } from "./dialects.ts"

interface Waiting {
  readonly count: number
  readonly done: () => void
}

/** For all teams to be connected. In milliseconds. */
const patience = 120_000

/** A connection of a team, as the load uses it: `ws` keeps the peace, frames are written past it. */
export interface Line {
  readonly ws: WebSocket
  readonly socket: Socket
  readonly dialect: Dialect
  /** Messages that were sent on it. */
  sent: number
  /** True while a message has begun on it that is not whole: no other frame may be sent then. */
  midMessage: boolean
}

const dialectOf = (path: string): DialectName =>
  path.startsWith("/slack") ? "slack" : path.startsWith("/discord") ? "discord" : "team"

/** The connections of the teams. */
export class Teams {
  ports: ReadonlyArray<number> = []
  /** True while every dial of a team is refused. */
  refused = false
  readonly lines = new Set<Line>()
  #waiting: Waiting | undefined = undefined
  #offers = 0

  get open(): number {
    return this.lines.size
  }

  /** A URL to dial; a fresh one each time. */
  offer(id: number | string, dialect: DialectName): string {
    const port = this.ports[this.#offers++ % this.ports.length]
    return `ws://127.0.0.1:${port}/${dialect}/${id}?ticket=${this.#offers}`
  }

  accept(ws: WebSocket, path: string): void {
    const dialect = dialects[dialectOf(path)]
    // `ws` hides its socket, and counting, batching and cutting need it.
    const { _socket: socket } = ws as unknown as { readonly _socket: Socket }
    const line: Line = { ws, socket, dialect, sent: 0, midMessage: false }
    this.lines.add(line)
    ws.on("message", (data) => {
      if (!line.midMessage) dialect.onFrame(ws, String(data))
    })
    ws.on("error", () => {})
    ws.on("close", () => this.lines.delete(line))
    dialect.onOpen(ws)
    if (this.#waiting?.count === this.lines.size) this.#waiting.done()
  }

  /** Waits until so many are open. */
  async reach(count: number): Promise<void> {
    if (this.lines.size >= count) return
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(() => reject(new Error(`${this.open} of ${count} teams are connected`)), patience)
    this.#waiting = { count, done: resolve }
    await promise.finally(() => {
      clearTimeout(late)
      this.#waiting = undefined
    })
  }

  /** Ends every connection without a word. */
  cut(): void {
    for (const line of this.lines) line.ws.terminate()
    this.lines.clear()
  }

  reset(): void {
    this.cut()
    this.refused = false
    this.#waiting = undefined
  }
}
