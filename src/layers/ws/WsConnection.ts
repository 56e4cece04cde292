import type { EventEmitter } from "node:events"
import type { ClientRequest, IncomingMessage } from "node:http"
import type { Socket as NetSocket } from "node:net"
import type * as NodeWS from "@effect/platform-node/NodeWS"
import { Deferred, Effect, Exit } from "effect"
import { type Closed, type Connection, DialError, NotOpen, type Receiver } from "../../services/Socket.ts"
import { closeCodeOf, fromHandshake, fromStatus } from "./dialError.ts"

type Sent = (outcome: Exit.Exit<void, NotOpen>) => void

/** Where a socket holds its connection, so that one set of listeners serves all of them. */
const held = Symbol("botswain/layers/ws/WsConnection")

/** A `ws` socket as its listeners see it. */
interface Carrier extends NodeWS.WebSocket {
  readonly [held]: WsConnection
}

const notOpen = Exit.fail(new NotOpen())

/**
 * A connection on a `ws` socket. A fleet has thousands, and closures were most of what one weighed: so there is one
 * object of this class for each, with its methods on the prototype and its listeners shared by all.
 */
export class WsConnection implements Connection {
  readonly ws: NodeWS.WebSocket
  readonly receiver: Receiver
  readonly dialled = Deferred.makeUnsafe<void, DialError>()
  readonly ended = Deferred.makeUnsafe<Closed>()
  stream: NetSocket | undefined = undefined
  hasOpened = false
  /** The code that `ws` has closed with, because of a frame that it does not accept. */
  violation: number | undefined = undefined
  /** What the receiver has thrown. */
  defect: Exit.Exit<never> | undefined = undefined
  /** Senders that wait. Made by the first, because most connections never have one. */
  sending: Set<Sent> | undefined = undefined

  constructor(ws: NodeWS.WebSocket, receiver: Receiver) {
    this.ws = ws
    this.receiver = receiver
    const emitter: EventEmitter = Object.assign(ws, { [held]: this })
    emitter.on("upgrade", onUpgrade)
    emitter.on("unexpected-response", onUnexpectedResponse)
    emitter.on("open", onOpen)
    emitter.on("message", onMessage)
    emitter.on("ping", onControl)
    emitter.on("pong", onControl)
    emitter.on("error", onError)
    emitter.on("close", onClose)
  }

  get opened(): Effect.Effect<void, DialError> {
    return Deferred.await(this.dialled)
  }

  get closed(): Effect.Effect<Closed> {
    return Deferred.await(this.ended)
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
      const sending = (this.sending ??= new Set())
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
    this.failDial(new DialError({ reason: "unreachable", detail: "given up during the handshake" }))
  }

  failDial(error: DialError): void {
    Deferred.doneUnsafe(this.dialled, Exit.fail(error))
  }

  /** What a receiver throws ends its own connection, and `closed` dies with it: it must not end the process. */
  receiverThrew(error: unknown): void {
    this.defect ??= Exit.die(error)
    this.ws.terminate()
  }
}

function onUpgrade(this: Carrier, response: IncomingMessage): void {
  this[held].stream = response.socket
}

function onUnexpectedResponse(this: Carrier, _request: ClientRequest, response: IncomingMessage): void {
  this[held].failDial(fromStatus(response.statusCode))
  // With a listener for this event `ws` leaves it to us to end the request.
  this.terminate()
}

function onOpen(this: Carrier): void {
  const connection = this[held]
  connection.hasOpened = true
  Deferred.doneUnsafe(connection.dialled, Exit.void)
}

function onMessage(this: Carrier, data: Buffer): void {
  const connection = this[held]
  try {
    connection.receiver.onFrame(data.toString())
  } catch (error) {
    connection.receiverThrew(error)
  }
}

function onControl(this: Carrier): void {
  const connection = this[held]
  try {
    connection.receiver.onControl()
  } catch (error) {
    connection.receiverThrew(error)
  }
}

function onError(this: Carrier, error: Error): void {
  const connection = this[held]
  connection.violation ??= closeCodeOf(error)
  if (!connection.hasOpened) connection.failDial(fromHandshake(error))
}

/** Comes last, and always: after an error, a refusal, a termination. */
function onClose(this: Carrier, code: number): void {
  const connection = this[held]
  const closed: Closed = { code: connection.violation ?? code }
  if (!connection.hasOpened) connection.failDial(fromHandshake(undefined))
  if (connection.sending !== undefined) {
    for (const resume of connection.sending) resume(notOpen)
    connection.sending.clear()
  }
  if (connection.hasOpened) {
    try {
      connection.receiver.onClosed(closed)
    } catch (error) {
      connection.receiverThrew(error)
    }
  }
  Deferred.doneUnsafe(connection.ended, connection.defect ?? Exit.succeed(closed))
}
