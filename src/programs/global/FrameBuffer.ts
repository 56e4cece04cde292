import { Data, Effect, Exit } from "effect"
import type { Peer } from "../../services/KeepAlive.ts"
import { Liveness } from "../../services/Liveness.ts"
import { CloseCode, type Closed, type Connection, type Receiver } from "../../services/Socket.ts"

/** The connection has ended, and every frame of it has been taken. */
export class NoMoreFrames extends Data.TaggedError("NoMoreFrames")<
  Closed & {
    /** True where it was ended because its peer was silent for too long. */
    readonly dead?: true
  }
> {}

/** Frames that wait to be taken, and characters of all of them, at either of which the connection is paused. */
const highWater = { frames: 1024, characters: 4 * 1024 * 1024 }

/** Why our own side has dropped the connection. */
type OwnEnd = Pick<NoMoreFrames, "dead" | "violation">

/**
 * Receives frames for a reader that takes its time: they wait here, in batches, and a reader that falls behind pauses the
 * connection, so that the peer feels it. What can pile up is {@link highWater} and one read of the socket. Not a
 * `Queue`, which wakes its taker in a later turn: here the frames of a read are handled in the turn of the read.
 */
export class FrameBuffer implements Peer, Receiver {
  readonly liveness = new Liveness()
  #frames: Array<string> = []
  /** Of all that wait. */
  #characters = 0
  #closed: (Closed & OwnEnd) | undefined = undefined
  #ownEnd: OwnEnd | undefined = undefined
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
    for (const frame of frames) {
      this.#frames.push(frame)
      this.#characters += frame.length
    }
    this.#wake?.()
    if (this.#frames.length >= highWater.frames || this.#characters >= highWater.characters) this.#connection?.pause()
  }

  onControl(): void {
    this.liveness.heard()
  }

  onPart(): void {
    this.liveness.stirred()
  }

  onClosed(closed: Closed): void {
    // With a code of the peer's, its close was there before our own end.
    this.#closed = closed.code === CloseCode.abnormal ? { ...closed, ...this.#ownEnd } : closed
    this.#wake?.()
  }

  ping(): void {
    this.#connection?.ping()
  }

  declareDead(): void {
    this.#drop({ dead: true })
  }

  /** Drops a peer that does not read what is sent to it. */
  dropUnread(): void {
    this.#drop({ violation: "unread" })
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

  #drop(why: OwnEnd): void {
    this.#ownEnd ??= why
    this.#connection?.terminate()
  }

  #takeAll(): Exit.Exit<ReadonlyArray<string>, NoMoreFrames> {
    const frames = this.#frames
    if (frames.length === 0 && this.#closed !== undefined) return Exit.fail(new NoMoreFrames(this.#closed))
    this.#frames = []
    this.#characters = 0
    this.#connection?.resume()
    return Exit.succeed(frames)
  }
}
