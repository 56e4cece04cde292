import { Deferred, Effect, Exit } from "effect"
import {
  CloseCode,
  type Closed,
  type Connection,
  DialError,
  givenUp,
  NotOpen,
  type Receiver
} from "../../services/Socket.ts"
import type { MemoryTransport } from "./MemoryTransport.ts"
import { type Network, Pipe } from "./Pipe.ts"
import { ReadBuffer } from "./ReadBuffer.ts"

/** Sizes are bytes of UTF-8, except that what waits to be read is measured in UTF-16 code units, which costs nothing. */
export interface Limits {
  /** The largest frame that the client reads. */
  readonly maxFrame: number
  /** What the client may leave unread before the server's sends fail. */
  readonly maxUnread: number
}

/** Milliseconds that a client waits for the end of a close handshake that its caller did not begin. */
const closeTimeout = 30_000

const notOpen = Exit.fail(new NotOpen())

/** The client's end of a connection in this process. Behaves as one on `ws` does. */
export class MemoryConnection implements Connection {
  readonly network: Network
  readonly upstream: Pipe
  readonly downstream: Pipe
  readonly #receiver: Receiver
  readonly #maxFrame: number
  /** What the server has sent, and is not read. */
  readonly inbox: ReadBuffer
  readonly #address: string | undefined
  readonly #dialled = Deferred.makeUnsafe<void, DialError>()
  readonly #ended = Deferred.makeUnsafe<Closed>()
  #phase: "dialling" | "open" | "closing" | "closed" = "dialling"
  #hasOpened = false
  /** There from when the handshake is accepted, although the client may not know yet. */
  #server: MemoryTransport | undefined = undefined
  /** Tells the server that the handshake is given up. */
  #abandon: () => void = () => {}
  #closeCode: number = CloseCode.abnormal
  #tooBig = false
  #defect: Exit.Exit<never> | undefined = undefined

  constructor(network: Network, receiver: Receiver, limits: Limits, address: string | undefined) {
    this.network = network
    this.upstream = new Pipe(network)
    this.downstream = new Pipe(network)
    this.#receiver = receiver
    this.#maxFrame = limits.maxFrame
    this.inbox = new ReadBuffer(limits.maxUnread, () => this.#phase !== "closed")
    this.#address = address
  }

  readonly opened = Deferred.await(this.#dialled)
  readonly closed = Deferred.await(this.#ended)

  isOpen(): boolean {
    return this.#phase === "open"
  }

  peerAddress(): string | undefined {
    return this.#hasOpened ? this.#address : undefined
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.suspend(() => {
      if (!this.isOpen()) return notOpen
      this.post(frame)
      return Exit.void
    })
  }

  post(frame: string): void {
    if (this.isOpen()) this.#up((server) => server.readFrame(frame))
  }

  ping(): void {
    if (this.isOpen()) this.#up((server) => server.readPing())
  }

  pause(): void {
    if (this.isOpen()) this.inbox.paused = true
  }

  resume(): void {
    if (!this.inbox.paused) return
    this.inbox.paused = false
    this.network.turns.defer(() => this.inbox.readOn())
  }

  close(code: number): void {
    if (this.#phase === "dialling") return this.terminate()
    if (this.#phase !== "open") return
    this.#phase = "closing"
    this.#up((server) => server.readClose(code))
    this.resume()
  }

  terminate(): void {
    if (this.#phase === "closed") return
    const wasDialling = this.#phase === "dialling"
    this.#phase = "closed"
    this.#dropAll()
    // The server sees the end at once, whatever the latency: a client cannot wait for what it cannot know.
    this.network.turns.defer(() => {
      if (wasDialling) {
        this.#abandon()
        this.#fail(givenUp())
      }
      this.#server?.lose()
      this.#end(CloseCode.abnormal)
    })
  }

  /** A handshake that the server has: `abandon` tells it that the client gave up. */
  handedOver(abandon: () => void): void {
    this.#abandon = abandon
  }

  get dialling(): boolean {
    return this.#phase === "dialling"
  }

  take(server: MemoryTransport): void {
    this.#server = server
    this.#down(() => {
      if (this.#phase !== "dialling") return
      this.#phase = "open"
      this.#hasOpened = true
      Deferred.doneUnsafe(this.#dialled, Exit.void)
    })
  }

  refuse(error: DialError): void {
    this.#down(() => {
      if (this.#phase !== "dialling") return
      this.#phase = "closed"
      this.#fail(error)
      this.#end(CloseCode.abnormal)
    })
  }

  /** What the server sends arrives. A frame of `size` is held against the client until it is read. */
  deliver(read: () => void, size = 0): void {
    this.#down(this.inbox.reserve(size, read))
  }

  readFrame(frame: string, delivered: () => void): void {
    if (this.#tooBig) return
    // No character takes more than three bytes, so that most frames need not be measured.
    if (frame.length * 3 > this.#maxFrame && Buffer.byteLength(frame) > this.#maxFrame) return this.#refuseFrame()
    this.#hear(() => this.#receiver.onFrame(frame))
    delivered()
  }

  readControl(): void {
    if (!this.#tooBig) this.#hear(() => this.#receiver.onControl())
  }

  readClose(code: number): void {
    this.#closeCode = code
    if (this.#phase !== "open") return
    this.#phase = "closing"
    this.#up((server) => server.readClose(code))
  }

  readEnd(): void {
    if (this.#phase === "closed") return
    this.#phase = "closed"
    this.upstream.clear()
    this.network.turns.defer(() => this.#server?.lose())
    this.#end(this.#closeCode)
  }

  /** Lost on the spot, with what has not been read. */
  reset(): void {
    this.upstream.clear()
    this.downstream.clear()
    this.network.read(() => {
      if (this.#phase === "closed") return
      this.#phase = "closed"
      this.inbox.clear()
      this.#end(this.#closeCode)
    })
  }

  /** What the client sends arrives. */
  #up(read: (server: MemoryTransport) => void): void {
    this.upstream.send(() => {
      if (this.#server !== undefined) read(this.#server)
    }, "client")
  }

  #down(arrive: () => void): void {
    this.downstream.send(() => this.network.read(arrive), "server")
  }

  #dropAll(): void {
    this.upstream.clear()
    this.downstream.clear()
    this.inbox.clear()
  }

  #hear(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#defect ??= Exit.die(error)
      this.terminate()
    }
  }

  #refuseFrame(): void {
    this.#tooBig = true
    if (this.#phase === "open") {
      this.#phase = "closing"
      this.#up((server) => server.readClose(CloseCode.messageTooBig))
    }
    const giveUp = Effect.sync(() => this.terminate())
    this.network.run(
      Effect.asVoid(Effect.exit(Effect.timeoutOrElse(this.closed, { duration: closeTimeout, orElse: () => giveUp })))
    )
  }

  #fail(error: DialError): void {
    Deferred.doneUnsafe(this.#dialled, Exit.fail(error))
  }

  #end(code: number): void {
    const closed: Closed = this.#tooBig ? { code: CloseCode.messageTooBig, refused: true } : { code }
    if (this.#hasOpened) this.#hear(() => this.#receiver.onClosed(closed))
    else this.#fail(new DialError({ reason: "unreachable", detail: "lost during the handshake" }))
    Deferred.doneUnsafe(this.#ended, this.#defect ?? Exit.succeed(closed))
  }
}
