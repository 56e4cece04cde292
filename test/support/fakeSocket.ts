import { Deferred, Effect, Exit, Layer } from "effect"
import { DialError, refusedWith } from "../../src/services/DialError.ts"
import {
  CloseCode,
  type Closed,
  type Connection,
  type Dial,
  NotOpen,
  type Receiver,
  Socket
} from "../../src/services/Socket.ts"
import type { Violation } from "../../src/services/Violation.ts"

/** How the other end and the network behave. */
export interface PeerOptions {
  /** Answers our close frame at once. Default true. */
  readonly answersClose?: boolean
  /** Milliseconds from `terminate` until the socket is gone. Default 0: at once. */
  readonly goneAfter?: number
}

/** A connection whose other end is the test. */
export class FakeConnection implements Connection {
  readonly request: Dial
  readonly receiver: Receiver
  readonly #options: PeerOptions
  readonly #handshake = Deferred.makeUnsafe<void, DialError>()
  readonly #ended = Deferred.makeUnsafe<Closed>()
  #phase: "dialling" | "open" | "closing" | "closed" = "dialling"
  #opened = false
  #run: (effect: Effect.Effect<void>) => void
  /** Calls of these methods, in order. */
  readonly calls: Array<"ping" | "pause" | "resume" | `close ${number}` | "terminate"> = []
  readonly sent: Array<string> = []
  /** What a `send` waits for before its frame is taken, or refused. */
  sending: Effect.Effect<void, NotOpen> = Effect.void

  constructor(request: Dial, receiver: Receiver, options: PeerOptions, run: (effect: Effect.Effect<void>) => void) {
    this.request = request
    this.receiver = receiver
    this.#options = options
    this.#run = run
  }

  /** The other end completes the handshake. */
  accept(): void {
    if (this.#phase !== "dialling") return
    this.#phase = "open"
    this.#opened = true
    Deferred.doneUnsafe(this.#handshake, Exit.void)
  }

  /** The other end answers the handshake with something else. */
  refuse(): void {
    if (this.#phase !== "dialling") return
    Deferred.doneUnsafe(this.#handshake, Exit.fail(refusedWith(403)))
    this.end(CloseCode.abnormal)
  }

  /** The other end sends frames. */
  say(...frames: ReadonlyArray<string>): void {
    for (const frame of frames) this.receiver.onFrame(frame)
  }

  /** The connection is over. */
  end(code: number, violation?: Violation): void {
    if (this.#phase === "closed") return
    this.#phase = "closed"
    Deferred.doneUnsafe(this.#handshake, Exit.fail(new DialError({ reason: "unreachable", detail: "ended" })))
    const closed: Closed = violation === undefined ? { code } : { code, violation }
    if (this.#opened) this.receiver.onClosed(closed)
    Deferred.doneUnsafe(this.#ended, Exit.succeed(closed))
  }

  get hasEnded(): boolean {
    return this.#phase === "closed"
  }

  readonly opened = Deferred.await(this.#handshake)
  readonly closed = Deferred.await(this.#ended)

  isOpen(): boolean {
    return this.#phase === "open"
  }

  peerAddress(): string | undefined {
    return this.#opened ? "203.0.113.7" : undefined
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.suspend(() => {
      if (!this.isOpen()) return Effect.fail(new NotOpen())
      return Effect.andThen(
        this.sending,
        Effect.sync(() => void this.sent.push(frame))
      )
    })
  }

  post(frame: string): void {
    if (this.isOpen()) this.sent.push(frame)
  }

  ping(): void {
    this.calls.push("ping")
  }

  pause(): void {
    this.calls.push("pause")
  }

  resume(): void {
    this.calls.push("resume")
  }

  close(code: number): void {
    this.calls.push(`close ${code}`)
    if (this.#phase === "dialling") return this.terminate()
    if (this.#phase !== "open") return
    this.#phase = "closing"
    if (this.#options.answersClose !== false) this.end(code)
  }

  terminate(): void {
    this.calls.push("terminate")
    if (this.#phase === "closed") return
    this.#phase = this.#phase === "dialling" ? "dialling" : "closing"
    const { goneAfter = 0 } = this.#options
    if (goneAfter === 0) return this.end(CloseCode.abnormal)
    this.#run(
      Effect.delay(
        Effect.sync(() => this.end(CloseCode.abnormal)),
        goneAfter
      )
    )
  }
}

const nowhere: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

/** Makes an open connection without a dial. */
export const openConnection = (request: Dial, receiver: Receiver = nowhere): FakeConnection => {
  const connection = new FakeConnection(request, receiver, {}, () => {})
  connection.accept()
  return connection
}

/** Makes a Socket whose connections the test answers, and a list of those that it has begun. */
export const fakeSocket = (options: PeerOptions = {}) => {
  const begun: Array<FakeConnection> = []
  const layer = Layer.effect(
    Socket,
    Effect.map(Effect.context(), (context) => ({
      connect: (request: Dial, receiver: Receiver) =>
        Effect.sync(() => {
          const connection = new FakeConnection(request, receiver, options, Effect.runForkWith(context))
          begun.push(connection)
          return connection
        })
    }))
  )
  return { begun, layer }
}
