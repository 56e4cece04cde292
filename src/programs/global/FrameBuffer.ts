import { Data, Effect, Exit } from "effect"
import type { Peer } from "../../services/KeepAlive.ts"
import { Liveness } from "../../services/Liveness.ts"
import type { Closed, Connection, Receiver } from "../../services/Socket.ts"

/** The connection has ended, and every frame of it has been taken. `code` is the close code. */
export class NoMoreFrames extends Data.TaggedError("NoMoreFrames")<Closed> {}

/** Frames that wait to be taken before the connection is paused. */
const highWater = 1024

/**
 * Receives frames for a reader that takes its time: they wait here, in batches, and a reader that falls behind pauses the
 * connection, so that the peer feels it. What can pile up is {@link highWater} frames and one read of the socket. Not a
 * `Queue`, which wakes its taker in a later turn: here the frames of a read are handled in the turn of the read.
 */
export class FrameBuffer implements Peer, Receiver {
  readonly liveness = new Liveness()
  #frames: Array<string> = []
  #closed: Closed | undefined = undefined
  #connection: Connection | undefined = undefined
  #wake: (() => void) | undefined = undefined

  attach(connection: Connection): void {
    this.#connection = connection
  }

  onFrame(frame: string): void {
    this.onFrames([frame])
  }

  onFrames(frames: ReadonlyArray<string>): void {
    this.liveness.heard()
    for (const frame of frames) this.#frames.push(frame)
    this.#wake?.()
    if (this.#frames.length >= highWater) this.#connection?.pause()
  }

  onControl(): void {
    this.liveness.heard()
  }

  onPart(): void {
    this.liveness.stirred()
  }

  onClosed(closed: Closed): void {
    this.#closed = closed
    this.#wake?.()
  }

  ping(): void {
    this.#connection?.ping()
  }

  declareDead(): void {
    this.#connection?.terminate()
  }

  /** Waits for frames and takes them all; fails once the connection has ended and every frame has been taken. For one fiber. */
  readonly take: Effect.Effect<ReadonlyArray<string>, NoMoreFrames> = Effect.callback((resume) => {
    if (this.#frames.length > 0 || this.#closed !== undefined) return resume(this.#takeAll())
    this.#wake = () => {
      this.#wake = undefined
      resume(this.#takeAll())
    }
    return Effect.sync(() => {
      this.#wake = undefined
    })
  })

  #takeAll(): Exit.Exit<ReadonlyArray<string>, NoMoreFrames> {
    const frames = this.#frames
    if (frames.length === 0 && this.#closed !== undefined) return Exit.fail(new NoMoreFrames(this.#closed))
    this.#frames = []
    this.#connection?.resume()
    return Exit.succeed(frames)
  }
}
