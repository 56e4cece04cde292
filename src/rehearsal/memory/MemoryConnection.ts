import { Deferred, type Duration, Effect, Exit } from "effect"
import { DialError, givenUp } from "../../services/DialError.ts"
import { CloseCode, type Closed, type Connection, NotOpen, type Receiver } from "../../services/Socket.ts"
import { closeCodeFor, type Violation } from "../../services/Violation.ts"
import { DuplexPipe } from "./DuplexPipe.ts"
import type { Network } from "./Network.ts"
import { ReadBuffer } from "./ReadBuffer.ts"
import type { ServerEnd } from "./ServerEnd.ts"

export interface MemoryConnectionOptions {
  /** Bytes of the largest frame that the client reads. */
  readonly maxFrame: number
  /** UTF-16 code units, which cost nothing to count, that the client may leave unread before the server's sends fail. */
  readonly maxUnread: number
  /** The peer's address, where it is known. */
  readonly address: string | undefined
  /** For the end of a close handshake that its caller did not begin. */
  readonly closeTimeout: Duration.Input
  /** For a message to become whole, from its first part. */
  readonly messageTimeout: Duration.Input
  /** Called once, when it has ended. */
  readonly onEnd: () => void
}

const notOpen = Exit.fail(new NotOpen())

/** The client's end of a connection in memory. Behaves as one on `ws` does. */
export class MemoryConnection implements Connection {
  readonly pipe: DuplexPipe
  readonly #receiver: Receiver
  readonly #options: MemoryConnectionOptions
  readonly #handshake = Deferred.makeUnsafe<void, DialError>()
  readonly #ended = Deferred.makeUnsafe<Closed>()
  #phase: "dialling" | "open" | "closing" | "closed" = "dialling"
  #hasOpened = false
  /** Known from when the server accepts the handshake, although the client may not know of that yet. */
  #server: ServerEnd | undefined = undefined
  /** Tells the server that the handshake is given up. */
  abandonHandshake: () => void = () => {}
  #closeCode: number = CloseCode.abnormal
  #violation: Violation | undefined = undefined
  /** Identity of the message that is not whole yet. */
  #unfinished: object | undefined = undefined
  readonly #pendingSends = new Set<(taken: Exit.Exit<void, NotOpen>) => void>()
  #defect: Exit.Exit<never> | undefined = undefined

  constructor(network: Network, receiver: Receiver, options: MemoryConnectionOptions) {
    this.pipe = new DuplexPipe(network, new ReadBuffer(options.maxUnread, () => this.#phase !== "closed"))
    this.#receiver = receiver
    this.#options = options
  }

  readonly opened = Deferred.await(this.#handshake)
  readonly closed = Deferred.await(this.#ended)

  get isDialling(): boolean {
    return this.#phase === "dialling"
  }

  isOpen(): boolean {
    return this.#phase === "open"
  }

  peerAddress(): string | undefined {
    return this.#hasOpened ? this.#options.address : undefined
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.suspend((): Effect.Effect<void, NotOpen> => {
      if (!this.isOpen()) return notOpen
      this.post(frame)
      return this.#server?.isReading() === false ? this.#taken : Exit.void
    })
  }

  /** Waits until the server reads again; fails if the connection ends before. */
  readonly #taken = Effect.callback<void, NotOpen>((resume) => {
    this.#pendingSends.add(resume)
    return Effect.sync(() => this.#pendingSends.delete(resume))
  })

  post(frame: string): void {
    if (this.isOpen()) this.#tellServer((server) => server.onFrame(frame))
  }

  ping(): void {
    if (this.isOpen()) this.#tellServer((server) => server.onPing())
  }

  pause(): void {
    if (this.isOpen()) this.pipe.readBuffer.paused = true
  }

  resume(): void {
    const { network, readBuffer } = this.pipe
    if (!readBuffer.paused) return
    readBuffer.paused = false
    network.turns.defer(() => readBuffer.readOn())
  }

  close(code: number): void {
    if (this.#phase === "dialling") return this.terminate()
    if (this.#phase !== "open") return
    this.#sendClose(code)
    this.resume()
  }

  terminate(): void {
    if (this.#phase === "closed") return
    const wasDialling = this.#phase === "dialling"
    this.#phase = "closed"
    this.pipe.clear()
    this.pipe.readBuffer.clear()
    // The server sees the end at once, whatever the latency: a client cannot wait for what it cannot know.
    this.pipe.network.turns.defer(() => {
      if (wasDialling) {
        this.abandonHandshake()
        this.#failHandshake(givenUp())
      }
      this.#server?.onClientGone()
      this.#end(CloseCode.abnormal)
    })
  }

  /** The server has accepted the handshake. */
  onAccepted(server: ServerEnd): void {
    this.#server = server
    this.pipe.toClient(() => {
      if (this.#phase !== "dialling") return
      this.#phase = "open"
      this.#hasOpened = true
      Deferred.doneUnsafe(this.#handshake, Exit.void)
    })
  }

  /** The server, or the way to it, has refused the handshake. */
  onRefused(error: DialError): void {
    this.pipe.toClient(() => this.#fail(error))
  }

  /** Fails before anything is sent. */
  failAtOnce(error: DialError): void {
    this.pipe.network.turns.defer(() => this.#fail(error))
  }

  onFrame(frame: string, delivered: () => void): void {
    if (this.#violation !== undefined) return
    this.#unfinished = undefined
    // No character takes more than three bytes, so that most frames need not be measured.
    const { maxFrame } = this.#options
    if (frame.length * 3 > maxFrame && Buffer.byteLength(frame) > maxFrame) return this.#refuse("message-size")
    this.#tellReceiver(() => this.#receiver.onFrame(frame))
    delivered()
  }

  /** A part of a message has come that is not whole yet. */
  onPart(): void {
    if (this.#violation !== undefined) return
    if (this.#unfinished === undefined) {
      const message = {}
      this.#unfinished = message
      this.#after(this.#options.messageTimeout, () => {
        if (this.#unfinished === message) this.#refuse("message-time")
      })
    }
    this.#tellReceiver(() => this.#receiver.onPart?.())
  }

  onControl(): void {
    if (this.#violation === undefined) this.#tellReceiver(() => this.#receiver.onControl())
  }

  /** The server reads again, and has read all that was sent. */
  onRead(): void {
    this.pipe.network.read(() => this.#settleSends(Exit.void))
  }

  onCloseFrame(code: number): void {
    this.#closeCode = code
    if (this.#phase !== "open") return
    this.#sendClose(code)
    // A server that does not read has no answer, and does not end its stream.
    this.#boundClose()
  }

  /** The server has ended its stream. */
  onEnd(): void {
    if (this.#phase === "closed") return
    this.#phase = "closed"
    this.pipe.clearUpstream()
    this.pipe.network.turns.defer(() => this.#server?.onClientGone())
    this.#end(this.#closeCode)
  }

  /** The connection is lost, with all that has not been read. */
  onReset(): void {
    this.pipe.clear()
    this.pipe.network.read(() => {
      if (this.#phase === "closed") return
      this.#phase = "closed"
      this.pipe.readBuffer.clear()
      this.#end(this.#closeCode)
    })
  }

  #tellServer(tell: (server: ServerEnd) => void): void {
    this.pipe.toServer(() => {
      if (this.#server !== undefined) tell(this.#server)
    })
  }

  /** Ends the connection for what its receiver has thrown, and `closed` dies with that. */
  #tellReceiver(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#defect ??= Exit.die(error)
      this.terminate()
    }
  }

  #sendClose(code: number): void {
    this.#phase = "closing"
    this.#tellServer((server) => server.onCloseFrame(code))
  }

  #settleSends(how: Exit.Exit<void, NotOpen>): void {
    for (const resume of this.#pendingSends) resume(how)
    this.#pendingSends.clear()
  }

  #refuse(violation: Violation): void {
    this.#violation = violation
    if (this.#phase === "open") this.#sendClose(closeCodeFor(violation))
    this.#boundClose()
  }

  #boundClose(): void {
    this.#after(this.#options.closeTimeout, () => this.terminate())
  }

  /** Does something when the client's event loop gets to it after so long, unless the connection has ended. */
  #after(duration: Duration.Input, action: () => void): void {
    const { network } = this.pipe
    const act = Effect.sync(() => network.read(action))
    network.run(Effect.asVoid(Effect.exit(Effect.timeoutOrElse(this.closed, { duration, orElse: () => act }))))
  }

  #fail(error: DialError): void {
    if (this.#phase !== "dialling") return
    this.#phase = "closed"
    this.#failHandshake(error)
    this.#end(CloseCode.abnormal)
  }

  #failHandshake(error: DialError): void {
    Deferred.doneUnsafe(this.#handshake, Exit.fail(error))
  }

  #end(code: number): void {
    const violation = this.#violation
    const closed: Closed = violation === undefined ? { code } : { code: closeCodeFor(violation), violation }
    this.#settleSends(notOpen)
    if (this.#hasOpened) this.#tellReceiver(() => this.#receiver.onClosed(closed))
    else this.#failHandshake(new DialError({ reason: "unreachable", detail: "lost during the handshake" }))
    this.#options.onEnd()
    Deferred.doneUnsafe(this.#ended, this.#defect ?? Exit.succeed(closed))
  }
}
