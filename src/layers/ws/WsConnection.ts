import type { IncomingMessage } from "node:http"
import type { Socket as NetSocket } from "node:net"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { Deferred, Effect, Exit } from "effect"
import { type Closed, type Connection, type DialError, givenUp, NotOpen, type Receiver } from "../../services/Socket.ts"
import { dialErrorFrom, dialErrorFromStatus } from "../../websocket/dialError.ts"
import { closeCodeOf } from "./closeCodeOf.ts"

type Sent = (outcome: Exit.Exit<void, NotOpen>) => void

const noListeners = Object.freeze({ __proto__: null })

const notOpen = Exit.fail(new NotOpen())

/**
 * A `ws` socket that tells its connection what happens, in place of listeners. Eight listeners weigh 0.5 KB a
 * connection, even if they are shared by all: each emitter has a table of its own for them.
 */
export class ConnectionSocket extends NodeWS.WebSocket {
  connection: WsConnection | undefined = undefined

  constructor(url: string, options: NodeWS.ClientOptions) {
    super(url, options)
    // The table that it would have for listeners weighs 0.2 KB when it is empty.
    Object.assign(this, { _events: noListeners })
  }

  // The types of `ws` leave open what comes with which event; here it is said by who is told of it.
  override emit(event: string | symbol, first: never, second: never): boolean {
    const { connection } = this
    if (connection === undefined) return super.emit(event, first, second)
    switch (event) {
      case "message":
        onMessage(connection, first)
        return true
      case "ping":
      case "pong":
        onControl(connection)
        return true
      case "upgrade":
        onUpgrade(connection, first)
        return true
      case "open":
        onOpen(connection)
        return true
      case "unexpected-response":
        onUnexpectedResponse(connection, second)
        return true
      case "error":
        onError(connection, first)
        return true
      case "close":
        onClose(connection, first)
        return true
      default:
        return super.emit(event, first, second)
    }
  }
}

/**
 * A connection on a `ws` socket. A fleet has thousands, and closures were most of what one weighed: so there is one
 * object of this class for each, with its methods on the prototype.
 */
export class WsConnection implements Connection {
  readonly ws: ConnectionSocket
  readonly receiver: Receiver
  /** Settles the handshake; dropped when it is done. */
  handshake: Deferred.Deferred<void, DialError> | undefined = Deferred.makeUnsafe()
  /** Made by the first who waits, mostly in order to hang up. */
  ended: Deferred.Deferred<Closed> | undefined = undefined
  end: Exit.Exit<Closed> | undefined = undefined
  stream: NetSocket | undefined = undefined
  hasOpened = false
  /** The code that `ws` has closed with, because of a frame that it does not accept. */
  violation: number | undefined = undefined
  /** What the receiver has thrown. */
  defect: Exit.Exit<never> | undefined = undefined
  /** Senders that wait. Made by the first, because most connections never have one. */
  pendingSends: Set<Sent> | undefined = undefined

  constructor(ws: ConnectionSocket, receiver: Receiver) {
    this.ws = ws
    this.receiver = receiver
    ws.connection = this
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
    return this.stream?.remoteAddress
  }

  send(frame: string): Effect.Effect<void, NotOpen> {
    return Effect.callback((resume) => {
      if (!this.isOpen()) return resume(notOpen)
      const sending = (this.pendingSends ??= new Set())
      sending.add(resume)
      this.ws.send(frame, (error) => {
        sending.delete(resume)
        // Node reports no error for a write that was under way when its socket was destroyed.
        resume(error || this.stream?.destroyed === true ? notOpen : Exit.void)
      })
      return Effect.sync(() => sending.delete(resume))
    })
  }

  post(frame: string): void {
    if (this.isOpen()) this.ws.send(frame)
  }

  ping(): void {
    if (this.isOpen()) this.ws.ping()
  }

  pause(): void {
    if (this.isOpen()) this.ws.pause()
  }

  resume(): void {
    // Asked first, because `ws` throws on a socket whose handshake has failed.
    if (this.ws.isPaused) this.ws.resume()
  }

  close(code: number): void {
    this.giveUp()
    this.ws.close(code)
    // Or the peer's answer would never be read.
    this.resume()
  }

  terminate(): void {
    this.giveUp()
    this.ws.terminate()
  }

  /** Settles the handshake, if we are the ones to end it: `ws` has one text for that and for a violation. */
  private giveUp(): void {
    if (this.ws.readyState !== this.ws.CONNECTING) return
    this.failHandshake(givenUp())
  }

  failHandshake(error: DialError): void {
    if (this.handshake !== undefined) Deferred.doneUnsafe(this.handshake, Exit.fail(error))
  }

  /** What a receiver throws ends its own connection, and `closed` dies with it: it must not end the process. */
  receiverThrew(error: unknown): void {
    this.defect ??= Exit.die(error)
    this.ws.terminate()
  }
}

const onUpgrade = (connection: WsConnection, response: IncomingMessage): void => {
  connection.stream = response.socket
}

const onUnexpectedResponse = (connection: WsConnection, response: IncomingMessage): void => {
  connection.failHandshake(dialErrorFromStatus(response.statusCode))
  // Where this event is handled `ws` leaves it to the handler to end the request.
  connection.ws.terminate()
}

const onOpen = (connection: WsConnection): void => {
  const { handshake: dialled } = connection
  connection.hasOpened = true
  connection.handshake = undefined
  if (dialled !== undefined) Deferred.doneUnsafe(dialled, Exit.void)
}

const onMessage = (connection: WsConnection, data: Buffer): void => {
  try {
    connection.receiver.onFrame(data.toString())
  } catch (error) {
    connection.receiverThrew(error)
  }
}

const onControl = (connection: WsConnection): void => {
  try {
    connection.receiver.onControl()
  } catch (error) {
    connection.receiverThrew(error)
  }
}

const onError = (connection: WsConnection, error: Error): void => {
  connection.violation ??= closeCodeOf(error)
  if (!connection.hasOpened) connection.failHandshake(dialErrorFrom(error))
}

/** Comes last, and always: after an error, a refusal, a termination. */
const onClose = (connection: WsConnection, code: number): void => {
  const { violation } = connection
  const closed: Closed = violation === undefined ? { code } : { code: violation, refused: true }
  if (!connection.hasOpened) connection.failHandshake(dialErrorFrom(undefined))
  if (connection.pendingSends !== undefined) {
    for (const resume of connection.pendingSends) resume(notOpen)
    connection.pendingSends.clear()
  }
  if (connection.hasOpened) {
    try {
      connection.receiver.onClosed(closed)
    } catch (error) {
      connection.receiverThrew(error)
    }
  }
  connection.end = connection.defect ?? Exit.succeed(closed)
  if (connection.ended !== undefined) Deferred.doneUnsafe(connection.ended, connection.end)
}
