import type { IncomingMessage } from "node:http"
import type { Socket as NetSocket } from "node:net"
import { Deferred, Effect, Exit } from "effect"
import { type DialError, givenUp, unguarded } from "../../services/DialError.ts"
import { CloseCode, type Closed, type Connection, NotOpen, type Receiver } from "../../services/Socket.ts"
import { dialErrorFrom, dialErrorFromStatus } from "../../websocket/dialError.ts"
import { maySend, type Sender } from "../../websocket/maySend.ts"
import { Pongs } from "../../websocket/Pongs.ts"
import { addressOfPeer } from "../../websocket/tunnels.ts"
import type { ConnectionWebSocket, WebSocketListener } from "./ConnectionWebSocket.ts"
import { handshakeFault } from "./handshakeFault.ts"
import { refusalOf } from "./refusalOf.ts"
import type { GuardedWay } from "./wayTo.ts"

type OnSent = (outcome: Exit.Exit<void, NotOpen>) => void

const deaf: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

const notOpen = Exit.fail(new NotOpen())

/**
 * A connection on a `ws` socket. A fleet has thousands, and closures were most of what one weighed: so each is one
 * object, with its methods on the prototype.
 */
export class WsConnection implements Connection, WebSocketListener, Sender {
  readonly ws: ConnectionWebSocket
  receiver: Receiver
  readonly maxUnsent: number
  /** Way to the host. Dropped when the handshake has succeeded. */
  way: GuardedWay | undefined
  /** The outcome of the handshake. Dropped when it has succeeded. */
  handshake: Deferred.Deferred<void, DialError> | undefined = Deferred.makeUnsafe()
  /** Made by the first that waits for `closed`, mostly in order to hang up. */
  ended: Deferred.Deferred<Closed> | undefined = undefined
  end: Exit.Exit<Closed> | undefined = undefined
  stream: NetSocket | undefined = undefined
  hasOpened = false
  /** Rule for which `ws` has closed, and the code that it sent. */
  refusal: Required<Closed> | undefined = undefined
  /** Error that the receiver has thrown. */
  defect: Exit.Exit<never> | undefined = undefined
  /** Made by the first ping. */
  pongs: Pongs | undefined = undefined
  /** Sends that are not yet handed to the kernel. Made by the first, because most connections never have one. */
  pendingSends: Set<OnSent> | undefined = undefined

  constructor(ws: ConnectionWebSocket, receiver: Receiver, way: GuardedWay, maxUnsent: number) {
    this.ws = ws
    this.maxUnsent = maxUnsent
    this.way = way
    this.receiver = receiver
    ws.listener = this
  }

  get opened(): Effect.Effect<void, DialError> {
    return this.handshake === undefined ? Effect.void : Deferred.await(this.handshake)
  }

  get closed(): Effect.Effect<Closed> {
    return Effect.suspend(() => this.end ?? Deferred.await((this.ended ??= Deferred.makeUnsafe())))
  }

  isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN
  }

  peerAddress(): string | undefined {
    return addressOfPeer(this.stream)
  }

  awaitsProxy(): boolean {
    return this.way?.approach.isAtProxy === true
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.callback((resume) => {
      if (!maySend(this)) return resume(notOpen)
      const pendingSends = (this.pendingSends ??= new Set())
      pendingSends.add(resume)
      this.ws.send(frame, (error) => {
        pendingSends.delete(resume)
        // Node reports no error for a write that was under way when its socket was destroyed.
        resume(error || this.stream?.destroyed === true ? notOpen : Exit.void)
      })
      return Effect.sync(() => pendingSends.delete(resume))
    })
  }

  post(frame: string): void {
    if (maySend(this)) this.ws.send(frame)
  }

  ping(): void {
    if (maySend(this)) this.ws.ping()
  }

  pause(): void {
    if (this.isOpen()) this.ws.pause()
  }

  resume(): void {
    // Asked first, because `ws` throws on a socket whose handshake has failed.
    if (this.ws.isPaused) this.ws.resume()
  }

  close(code: number): void {
    if (this.ws.readyState === this.ws.CONNECTING) return this.terminate()
    this.ws.close(code)
    // Or the peer's answer would never be read.
    this.resume()
  }

  terminate(): void {
    // The error of `ws` would be the same as for a violation.
    if (this.ws.readyState === this.ws.CONNECTING) this.failHandshake(givenUp())
    // The end of the approach, when its sockets are gone, is one of `ws` too.
    if (this.way?.approach.isUnderWay === true) this.way.approach.destroy()
    else this.ws.terminate()
  }

  unsent(): number {
    return this.ws.bufferedAmount
  }

  dropUnread(): void {
    this.refusal = { code: CloseCode.abnormal, violation: "unread" }
    this.ws.terminate()
  }

  onUpgrade(response: IncomingMessage): void {
    this.stream = response.socket
  }

  onUnexpectedResponse(response: IncomingMessage): void {
    this.failHandshake(dialErrorFromStatus(response.statusCode, response.headers))
    this.ws.terminate()
  }

  onOpen(): void {
    if (this.way?.ledTo(this.stream) !== true) return this.refuseUnguarded()
    this.hasOpened = true
    // Beside that of `ws`, which tells of whole messages only. Never before it: the first bytes would be read without it.
    this.stream?.on("data", () => this.tell(() => this.receiver.onPart?.()))
    this.settleHandshake(Exit.void)
    this.handshake = undefined
    this.way = undefined
  }

  onMessage(data: Buffer): void {
    this.tell(() => this.receiver.onFrame(data.toString()))
  }

  onPing(payload: Buffer): void {
    if (this.isOpen()) (this.pongs ??= new Pongs((late, done) => this.sendPong(late, done))).answer(payload)
    this.onPong()
  }

  onPong(): void {
    this.tell(() => this.receiver.onControl())
  }

  onError(error: NodeJS.ErrnoException): void {
    this.refusal ??= refusalOf(error.code)
    if (!this.hasOpened) this.failHandshake(handshakeFault(error) ?? dialErrorFrom(error))
  }

  onClose(code: number): void {
    const closed: Closed = this.refusal ?? { code }
    if (!this.hasOpened) this.failHandshake(dialErrorFrom(undefined))
    if (this.pendingSends !== undefined) {
      for (const resume of this.pendingSends) resume(notOpen)
      this.pendingSends.clear()
    }
    if (this.hasOpened) this.tell(() => this.receiver.onClosed(closed))
    this.end = this.defect ?? Exit.succeed(closed)
    if (this.ended !== undefined) Deferred.doneUnsafe(this.ended, this.end)
  }

  /** Ends a connection to an address that nobody has checked. What has come of it is heard by nobody. */
  private refuseUnguarded(): void {
    this.receiver = deaf
    this.failHandshake(unguarded())
    this.way?.approach.destroy()
    this.ws.terminate()
  }

  private sendPong(payload: Buffer, done: () => void): void {
    if (this.isOpen()) this.ws.pong(payload, undefined, done)
  }

  private failHandshake(error: DialError): void {
    this.settleHandshake(Exit.fail(error))
  }

  private settleHandshake(outcome: Exit.Exit<void, DialError>): void {
    if (this.handshake !== undefined && Deferred.doneUnsafe(this.handshake, outcome)) {
      this.way?.approach.settle(Exit.isSuccess(outcome))
    }
  }

  /** Tells the receiver. What it throws ends the connection: `closed` dies with it, and the process lives on. */
  private tell(telling: () => void): void {
    try {
      telling()
    } catch (error) {
      this.defect ??= Exit.die(error)
      this.ws.terminate()
    }
  }
}
