import type { Socket as NetSocket } from "node:net"
import { Deferred, Effect, Exit } from "effect"
import {
  CloseCode,
  type Closed,
  type Connection,
  DialError,
  givenUp,
  NotOpen,
  type Receiver
} from "../services/Socket.ts"
import type { ClientHandshake } from "./ClientHandshake.ts"
import { corkedWrite, type CorkedWriter } from "./corkedWrite.ts"
import { dialErrorFrom } from "./dialError.ts"
import { encodeClose, encodeControl, encodePing, encodeText, Opcode } from "./frame.ts"
import { type FrameSink, parseFrames } from "./parseFrames.ts"
import type { PartialMessage } from "./PartialMessage.ts"
import { RareState } from "./RareState.ts"
import type { SocketLimits } from "./SocketLimits.ts"

const notOpen = Exit.fail(new NotOpen())

/** In the order in which they come, so that they can be compared. */
const Phase = {
  dialling: 0,
  open: 1,
  /** We have sent a close frame: the peer's frames still count, up to its own close frame. */
  closing: 2,
  /** Nothing that comes counts any more: the socket is on its way to its end. */
  ending: 3
} as const

/** Pongs that wait to be sent, as many as with `ws`: a peer that pings on and never reads is dropped. */
const mostWaitingPongs = 60

const destroy = (stream: NetSocket): void => void stream.destroy()

const hungUp = () => new DialError({ reason: "unreachable", detail: "ECONNRESET" })

/**
 * A connection on a socket of `node:net` or `node:tls`. A fleet has thousands, so there is one object of this class for
 * each, with its methods on the prototype, and what is seldom needed in objects of their own. It is told of the
 * socket's events by whoever carries it.
 */
export class NetConnection implements Connection, FrameSink, CorkedWriter {
  readonly stream: NetSocket
  readonly receiver: Receiver
  readonly bounds: SocketLimits
  phase: number = Phase.dialling
  /** How it ends, as far as it is known. RFC 6455 section 7.1.5. */
  code: number = CloseCode.abnormal
  /** Dropped when the handshake is done; kept when it has failed. */
  opening: ClientHandshake | undefined
  unfinished: PartialMessage | undefined = undefined
  hasPosted = false
  seldom: RareState | undefined = undefined
  end: Exit.Exit<Closed> | undefined = undefined

  constructor(stream: NetSocket, opening: ClientHandshake, receiver: Receiver, bounds: SocketLimits) {
    this.stream = stream
    this.opening = opening
    this.receiver = receiver
    this.bounds = bounds
  }

  get opened(): Effect.Effect<void, DialError> {
    return this.opening === undefined ? Effect.void : Deferred.await(this.opening.dialled)
  }

  get closed(): Effect.Effect<Closed> {
    return Effect.suspend(() => this.end ?? Deferred.await((this.rare.ended ??= Deferred.makeUnsafe())))
  }

  private get rare(): RareState {
    return (this.seldom ??= new RareState())
  }

  isOpen(): boolean {
    return this.phase === Phase.open
  }

  peerAddress(): string | undefined {
    return this.opening === undefined ? this.stream.remoteAddress : undefined
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.callback((resume) => {
      if (!this.isOpen()) return resume(notOpen)
      const sending = (this.rare.sending ??= new Set())
      sending.add(resume)
      this.stream.write(encodeText(frame), (error) => {
        sending.delete(resume)
        // Node reports no error for a write that was under way when its socket was destroyed.
        resume(error || this.stream.destroyed ? notOpen : Exit.void)
      })
      return Effect.sync(() => sending.delete(resume))
    })
  }

  post(frame: string): void {
    if (this.isOpen()) corkedWrite(this, encodeText(frame))
  }

  ping(): void {
    if (this.isOpen()) this.stream.write(encodePing())
  }

  /** Stops reading. What has been read by then, 64 KiB at most, still arrives: it is in no buffer that could keep it. */
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
    if (this.phase === Phase.dialling) {
      this.failDial(givenUp())
    }
    this.drop()
  }

  /** The TCP connection, and TLS where there is any, is up. */
  onConnect(): void {
    if (this.phase !== Phase.dialling || this.opening === undefined) return
    this.stream.setNoDelay()
    this.stream.write(this.opening.takeRequest(), "latin1")
  }

  /** Bytes have come. They hold during this call, as do the ones before `start` that are the parser's. */
  onRead(bytes: Buffer, start: number, end: number): void {
    try {
      const from = this.phase === Phase.dialling ? this.readAnswer(bytes, start, end) : start
      if (from < end && this.wantsFrames()) {
        this.unfinished = parseFrames(this, this.bounds, bytes, from, end, this.unfinished)
        if (this.seldom?.batch !== undefined) this.tellBatch(this.seldom)
      }
    } catch (error) {
      // One guard for all the frames of a read: what a receiver throws unwinds the parser too, and no frame follows.
      this.receiverThrew(error)
    }
  }

  /** The peer has sent all that it will ever send. */
  onEnd(): void {
    if (this.phase === Phase.dialling) {
      this.failDial(hungUp())
      this.drop()
    } else if (this.phase < Phase.ending) {
      // Node ends our side by itself; but what waits to be sent may wait for ever.
      this.phase = Phase.ending
      this.startCloseTimer()
    }
  }

  onError(error: Error): void {
    this.failDial(dialErrorFrom(error))
    this.drop()
  }

  /** Comes last, and always. */
  onClose(): void {
    const { seldom } = this
    const { code } = this
    const closed: Closed = seldom?.refused === true ? { code, refused: true } : { code }
    this.phase = Phase.ending
    this.unfinished = undefined
    this.failDial(hungUp())
    if (seldom !== undefined) {
      clearTimeout(seldom.closeTimer)
      if (seldom.sending !== undefined) for (const resume of seldom.sending) resume(notOpen)
      seldom.sending = undefined
    }
    if (this.opening === undefined) {
      try {
        this.receiver.onClosed(closed)
      } catch (error) {
        this.receiverThrew(error)
      }
    }
    this.end = this.seldom?.defect ?? Exit.succeed(closed)
    if (this.seldom?.ended !== undefined) Deferred.doneUnsafe(this.seldom.ended, this.end)
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

  /** Answered with the peer's own code and reason, unless it is the answer to ours. RFC 6455 section 5.5.1. */
  onCloseFrame(code: number, payload: Buffer): void {
    this.code = code
    if (this.isOpen()) this.sendClose(encodeControl(Opcode.close, payload))
    this.hangUp()
  }

  /** RFC 6455 section 7.1.7. */
  onViolation(code: number): void {
    this.code = code
    this.rare.refused = true
    if (this.isOpen()) this.sendClose(encodeClose(code))
    this.hangUp()
  }

  private tellBatch(seldom: RareState): void {
    const { batch = [] } = seldom
    seldom.batch = undefined
    this.receiver.onFrames?.(batch)
  }

  private readAnswer(bytes: Buffer, start: number, end: number): number {
    const { opening } = this
    const frames = opening?.read(bytes, start, end)
    if (opening === undefined || frames === undefined) return end
    if (typeof frames !== "number") {
      this.failDial(frames)
      this.drop()
      return end
    }
    this.phase = Phase.open
    this.opening = undefined
    Deferred.doneUnsafe(opening.dialled, Exit.void)
    return frames
  }

  private pong(payload: Buffer): void {
    const pong = encodeControl(Opcode.pong, payload)
    if (this.stream.writableLength === 0) return void this.stream.write(pong)
    // Behind other frames: only such a pong may stay for long.
    const { rare } = this
    if (rare.waitingPongs === mostWaitingPongs) return this.drop()
    rare.waitingPongs++
    this.stream.write(pong, () => void rare.waitingPongs--)
  }

  private sendClose(frame: Buffer): void {
    this.stream.write(frame)
    this.startCloseTimer()
  }

  /**
   * The end must come even if nobody waits for it under a bound of Effect's, and even while Effect's clock stands still,
   * as it does in tests: so this is a timer of Node's, on connections that are about to end.
   */
  private startCloseTimer(): void {
    this.rare.closeTimer ??= setTimeout(destroy, this.bounds.closeTimeout, this.stream)
  }

  /** Both close frames are on their way: what follows is the end of the TCP connection. RFC 6455 section 7.1.1. */
  private hangUp(): void {
    this.phase = Phase.ending
    this.stream.end()
    // Or the peer's end would never be read.
    this.resume()
  }

  private drop(): void {
    this.phase = Phase.ending
    this.stream.destroy()
  }

  private failDial(error: DialError): void {
    if (this.opening !== undefined) Deferred.doneUnsafe(this.opening.dialled, Exit.fail(error))
  }

  /** What a receiver throws ends its own connection, and `closed` dies with it: it must not end the process. */
  private receiverThrew(error: unknown): void {
    this.rare.defect ??= Exit.die(error)
    this.drop()
  }
}
