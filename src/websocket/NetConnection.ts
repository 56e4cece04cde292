import type { Socket as NetSocket } from "node:net"
import { Deferred, Effect, Exit } from "effect"
import { DialError, givenUp } from "../services/DialError.ts"
import { CloseCode, type Closed, type Connection, NotOpen, type Receiver } from "../services/Socket.ts"
import { closeCodeFor, type Violation } from "../services/Violation.ts"
import type { ClientHandshake } from "./ClientHandshake.ts"
import type { SocketListener } from "./ConnectionSocket.ts"
import { corkedWrite, type CorkedWriter } from "./corkedWrite.ts"
import { dialErrorFrom } from "./dialError.ts"
import { encodeClose, encodeControl, encodePing, encodeText, Opcode } from "./frame.ts"
import { maySend, type Sender } from "./maySend.ts"
import { type FrameSink, parseFrames } from "./parseFrames.ts"
import type { PartialMessage } from "./PartialMessage.ts"
import { Pongs } from "./Pongs.ts"
import { RareState } from "./RareState.ts"
import type { SocketLimits } from "./SocketLimits.ts"
import { addressOfPeer } from "./tunnels.ts"
import type { MidMessage, UnfinishedMessages } from "./UnfinishedMessages.ts"

const notOpen = Exit.fail(new NotOpen())

/** In the order in which they come, so that they can be compared. */
const Phase = {
  dialling: 0,
  open: 1,
  /** Our close frame is sent: the peer's frames still count, up to its own close frame. */
  closing: 2,
  /** Nothing that comes counts any more: the socket is about to be gone. */
  ending: 3
} as const

/** Limits of a connection, and those that it has together with the others. */
export interface ConnectionLimits extends SocketLimits {
  readonly unfinished: UnfinishedMessages
}

const destroy = (stream: NetSocket): void => void stream.destroy()

const hungUp = () => new DialError({ reason: "unreachable", detail: "ECONNRESET" })

/**
 * A connection on a socket of `node:net` or `node:tls`. A fleet has thousands, so each is one object, with its methods
 * on the prototype, and keeps what few connections need in objects of its own that are made when they are needed.
 */
export class NetConnection implements Connection, SocketListener, FrameSink, CorkedWriter, MidMessage, Sender {
  stream: NetSocket
  readonly receiver: Receiver
  readonly limits: ConnectionLimits
  phase: number = Phase.dialling
  /** The close code, as far as it is known. RFC 6455 section 7.1.5. */
  code: number = CloseCode.abnormal
  /** Dropped when the handshake has succeeded; kept when it has failed. */
  handshake: ClientHandshake | undefined
  partial: PartialMessage | undefined = undefined
  wroteThisTurn = false
  rareState: RareState | undefined = undefined
  end: Exit.Exit<Closed> | undefined = undefined

  constructor(stream: NetSocket, handshake: ClientHandshake, receiver: Receiver, limits: ConnectionLimits) {
    this.stream = stream
    this.handshake = handshake
    this.receiver = receiver
    this.limits = limits
  }

  get opened(): Effect.Effect<void, DialError> {
    return this.handshake === undefined ? Effect.void : Deferred.await(this.handshake.outcome)
  }

  get closed(): Effect.Effect<Closed> {
    return Effect.suspend(() => this.end ?? Deferred.await((this.rare.ended ??= Deferred.makeUnsafe())))
  }

  private get rare(): RareState {
    return (this.rareState ??= new RareState())
  }

  isOpen(): boolean {
    return this.phase === Phase.open
  }

  peerAddress(): string | undefined {
    return this.handshake === undefined ? addressOfPeer(this.stream) : undefined
  }

  awaitsProxy(): boolean {
    return this.handshake?.approach?.isAtProxy === true
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.callback((resume) => {
      if (!maySend(this)) return resume(notOpen)
      const pendingSends = (this.rare.pendingSends ??= new Set())
      pendingSends.add(resume)
      this.stream.write(encodeText(frame), (error) => {
        pendingSends.delete(resume)
        // Node reports no error for a write that was under way when its socket was destroyed.
        resume(error || this.stream.destroyed ? notOpen : Exit.void)
      })
      return Effect.sync(() => pendingSends.delete(resume))
    })
  }

  post(frame: string): void {
    if (maySend(this)) corkedWrite(this, encodeText(frame))
  }

  ping(): void {
    if (maySend(this)) this.stream.write(encodePing())
  }

  /** Stops reading. What has been read by then, 64 KiB at most, still arrives: there is no buffer to keep it in. */
  pause(): void {
    if (this.isOpen()) this.stream.pause()
  }

  resume(): void {
    if (this.stream.isPaused()) this.stream.resume()
  }

  close(code: number): void {
    if (this.phase === Phase.dialling) return this.terminate()
    if (this.phase === Phase.open) {
      this.phase = Phase.closing
      this.sendClose(encodeClose(code))
    }
    // Or the peer's answer would never be read.
    this.resume()
  }

  terminate(): void {
    if (this.phase === Phase.dialling) this.failHandshake(givenUp())
    this.drop()
  }

  get maxUnsent(): number {
    return this.limits.maxUnsent
  }

  unsent(): number {
    return this.stream.writableLength
  }

  dropUnread(): void {
    this.rare.violation = "unread"
    this.drop()
  }

  onConnect(): void {
    if (this.phase !== Phase.dialling || this.handshake === undefined) return
    this.stream.setNoDelay()
    this.stream.write(this.handshake.takeRequest(), "latin1")
  }

  onRead(bytes: Buffer, start: number, end: number): void {
    try {
      const from = this.phase === Phase.dialling ? this.readHandshake(bytes, start, end) : start
      if (from < end && this.wantsFrames()) {
        const before = this.partial
        this.follow(parseFrames(this, this.limits, bytes, from, end, before), before)
        if (this.rareState?.batch !== undefined) this.deliverBatch(this.rareState)
      }
    } catch (error) {
      // One guard for all the frames of a read: what a receiver throws unwinds the parser too, and no frame follows.
      this.receiverThrew(error)
    }
  }

  onEnd(): void {
    if (this.phase === Phase.dialling) {
      this.failHandshake(hungUp())
      this.drop()
    } else if (this.phase < Phase.ending) {
      // Node ends our side by itself; but what waits to be sent may wait for ever.
      this.phase = Phase.ending
      this.follow(undefined, this.partial)
      this.startCloseTimer()
    }
  }

  onError(error: unknown): void {
    this.failHandshake(dialErrorFrom(error))
    this.drop()
  }

  onClose(): void {
    const { code, rareState } = this
    const violation = rareState?.violation
    const closed: Closed = violation === undefined ? { code } : { code, violation }
    this.phase = Phase.ending
    this.follow(undefined, this.partial)
    this.failHandshake(hungUp())
    if (rareState !== undefined) {
      clearTimeout(rareState.closeTimer)
      if (rareState.pendingSends !== undefined) for (const resume of rareState.pendingSends) resume(notOpen)
      rareState.pendingSends = undefined
    }
    if (this.handshake === undefined) {
      try {
        this.receiver.onClosed(closed)
      } catch (error) {
        this.receiverThrew(error)
      }
    }
    this.end = this.rareState?.defect ?? Exit.succeed(closed)
    if (this.rareState?.ended !== undefined) Deferred.doneUnsafe(this.rareState.ended, this.end)
  }

  isPaused(): boolean {
    return this.stream.isPaused()
  }

  wantsFrames(): boolean {
    return this.phase === Phase.open || this.phase === Phase.closing
  }

  onText(text: string): void {
    if (this.receiver.onFrames === undefined) this.receiver.onFrame(text)
    else (this.rare.batch ??= []).push(text)
  }

  onPing(payload: Buffer): void {
    if (this.isOpen()) this.pong(payload)
    this.receiver.onControl()
  }

  onPong(): void {
    this.receiver.onControl()
  }

  /** Answers with the peer's own code and reason, unless the frame itself is an answer. RFC 6455 section 5.5.1. */
  onCloseFrame(code: number, payload: Buffer): void {
    this.code = code
    if (this.isOpen()) this.sendClose(encodeControl(Opcode.close, payload))
    this.endStream()
  }

  /** Fails the connection. RFC 6455 section 7.1.7. */
  onViolation(violation: Violation): void {
    const code = closeCodeFor(violation)
    this.code = code
    this.rare.violation = violation
    if (this.isOpen()) this.sendClose(encodeClose(code))
    this.endStream()
  }

  /** Goes on with what a read has left of a message, if anything. */
  private follow(partial: PartialMessage | undefined, before: PartialMessage | undefined): void {
    this.partial = partial
    if (partial === undefined && before === undefined) return
    // While frames are not wanted any more, nothing is going to make it whole.
    if (!this.wantsFrames()) this.partial = undefined
    this.limits.unfinished.follow(this, before)
    if (this.partial !== undefined) this.receiver.onPart?.()
  }

  private deliverBatch(rareState: RareState): void {
    const { batch = [] } = rareState
    rareState.batch = undefined
    this.receiver.onFrames?.(batch)
  }

  /** Reads the server's answer. Returns where frames begin: at `end` while there are none. */
  private readHandshake(bytes: Buffer, start: number, end: number): number {
    const { handshake } = this
    const frames = handshake?.read(bytes, start, end)
    if (handshake === undefined || frames === undefined) return end
    if (typeof frames !== "number") {
      this.failHandshake(frames)
      this.drop()
      return end
    }
    this.phase = Phase.open
    this.handshake = undefined
    handshake.settle(Exit.void)
    return frames
  }

  private pong(payload: Buffer): void {
    // Counted only behind other frames: no other pong can wait for long.
    if (this.stream.writableLength === 0) this.stream.write(encodeControl(Opcode.pong, payload))
    else (this.rare.pongs ??= new Pongs((late, done) => this.sendPong(late, done))).answer(payload)
  }

  private sendPong(payload: Buffer, done: () => void): void {
    if (this.isOpen()) this.stream.write(encodeControl(Opcode.pong, payload), done)
  }

  private sendClose(frame: Buffer): void {
    this.stream.write(frame)
    this.startCloseTimer()
  }

  /**
   * Bounds the close handshake. A timer of Node's, because the end must come even if nobody waits for it under a
   * timeout of Effect's, and even while Effect's clock stands still, as it does in tests.
   */
  private startCloseTimer(): void {
    this.rare.closeTimer ??= setTimeout(destroy, this.limits.closeTimeout, this.stream)
  }

  /** Ends our stream: both close frames are on their way. RFC 6455 section 7.1.1. */
  private endStream(): void {
    this.phase = Phase.ending
    this.follow(undefined, this.partial)
    this.stream.end()
    // Or the peer's end would never be read.
    this.resume()
  }

  private drop(): void {
    this.phase = Phase.ending
    this.follow(undefined, this.partial)
    const way = this.handshake?.approach ?? this.stream
    way.destroy()
  }

  private failHandshake(error: DialError): void {
    this.handshake?.settle(Exit.fail(error))
  }

  /** Ends the connection with what its receiver has thrown: `closed` dies with it, and the process lives on. */
  private receiverThrew(error: unknown): void {
    this.rare.defect ??= Exit.die(error)
    this.drop()
  }
}
