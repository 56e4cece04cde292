import { Context, Data, Effect, Exit, type Redacted, type Scope } from "effect"
import type { Endpoint } from "../wire/Endpoint.ts"

/** Why no connection came up. `detail` is a status, an error code or a bound: never a URL. */
export class DialError extends Data.TaggedError("DialError")<{
  /** `refused`: an HTTP status other than 101; `forbidden`: the name resolves to an address that `allowsAddress` refuses. */
  readonly reason: "refused" | "unreachable" | "timeout" | "forbidden" | "protocol"
  readonly detail: string
}> {
  override get message() {
    return `${this.reason}: ${this.detail}`
  }
}

/** The handshake was not answered within the connect timeout, in milliseconds. Rule: protocol row 14. */
export const noAnswer = (connectTimeout: number) =>
  new DialError({ reason: "timeout", detail: `no answer in ${connectTimeout} ms` })

/** The handshake was answered with an HTTP status other than 101. */
export const refusedWith = (status: number) => new DialError({ reason: "refused", detail: `HTTP status ${status}` })

/** The host has no address that `allowsAddress` lets through. */
export const forbiddenAddress = () =>
  new DialError({ reason: "forbidden", detail: "the host's address may not be dialled" })

/** The handshake was given up by our own side. */
export const givenUp = () => new DialError({ reason: "unreachable", detail: "given up during the handshake" })

/** The connection is not open, so nothing can be sent on it. */
export class NotOpen extends Data.TaggedError("NotOpen")<{}> {}

/**
 * How a connection ended: the close code of RFC 6455 section 7.4. 1006 where no close frame came; where the peer's frame
 * was over the limit or broke the protocol, the code that we closed with.
 */
export interface Closed {
  readonly code: number
  /** The code is ours, for the peer's frame was over the limit or broke the protocol. */
  readonly refused?: true
}

/** True if the peer's frame was over the limit; not where the peer says so of ours. Rule: protocol row 22. */
export const wasTooBig = ({ code, refused }: Closed): boolean => refused === true && code === CloseCode.messageTooBig

/** What a dial needs. */
export interface Dial {
  readonly endpoint: Endpoint
  /** Sent with the handshake. Secret. */
  readonly headers?: Readonly<Record<string, Redacted.Redacted>>
  /** Asked of each address that the host's name resolves to, before it is connected to. */
  readonly allowsAddress: (address: string) => boolean
}

/**
 * What hears a connection. Called from the layer's own callbacks, at once and in order, so that nothing waits in a
 * queue between the read and the count: it must not block. What it throws is a defect of the program: it ends that
 * connection, and `closed` dies with it.
 */
export interface Receiver {
  /** A data frame, as text (binary ones are read as UTF-8). */
  readonly onFrame: (frame: string) => void
  /** Where there is one, a layer that knows which frames came in one read may call it once for them, in place of `onFrame`. */
  readonly onFrames?: (frames: ReadonlyArray<string>) => void
  /** A ping or pong of the WebSocket protocol: a sign of life. */
  readonly onControl: () => void
  /** Once, after the last frame, if the connection has opened. */
  readonly onClosed: (closed: Closed) => void
}

/** A connection, from the first byte of its handshake on. */
export interface Connection {
  /** Waits until the handshake is done. One outcome, whatever order `error` and `close` come in. Rule: protocol row 13. */
  readonly opened: Effect.Effect<void, DialError>
  /** Waits until the connection has ended; for one that never opened, until its socket is gone. */
  readonly closed: Effect.Effect<Closed>
  /** True from `opened` until a close handshake has begun, by either side, or the connection is lost. */
  readonly isOpen: () => boolean
  /** The peer's IP address, once open, where there is one. */
  readonly peerAddress: () => string | undefined
  /** Sends a text frame; done when it has been handed to the kernel, so that a sender feels back-pressure. */
  readonly send: (frame: string) => Effect.Effect<void, NotOpen>
  /** Sends a text frame without waiting; nothing happens if the connection is not open. */
  readonly post: (frame: string) => void
  /** Sends a ping of the WebSocket protocol without waiting; nothing happens if the connection is not open. */
  readonly ping: () => void
  /** Stops reading, so that the peer feels back-pressure; frames that have been read may still arrive. */
  readonly pause: () => void
  readonly resume: () => void
  /** Begins the close handshake. */
  readonly close: (code: number) => void
  /** Drops the connection, or the handshake, at once; frames that have been read may still arrive. Rule: protocol row 12. */
  readonly terminate: () => void
}

/**
 * Begins WebSocket connections: the only service that knows how. `connect` returns at once; what it returns must be
 * ended by its caller, so use {@link open}, which does that.
 */
export class Socket extends Context.Service<
  Socket,
  {
    readonly connect: (request: Dial, receiver: Receiver) => Effect.Effect<Connection>
  }
>()("botswain/services/Socket") {}

/** Close codes: RFC 6455 section 7.4.1, and `serviceRestart` from the IANA registry that it founds. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  /** A close frame without a code. Never sent. */
  noStatus: 1005,
  /** No close frame: the connection was lost. Never sent. */
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012
} as const

/** Ends a connection: a close handshake, and after `bound` milliseconds without its end, `terminate`. */
export const hangUp = (connection: Connection, bound: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    connection.close(CloseCode.normal)
    return connection.closed
  }).pipe(Effect.timeoutOrElse({ duration: bound, orElse: () => drop(connection) }), Effect.asVoid)

const drop = (connection: Connection): Effect.Effect<Closed> =>
  Effect.suspend(() => {
    connection.terminate()
    return connection.closed
  })

/** Bounds of {@link open}, in milliseconds. */
export interface OpenTimeouts {
  /** For the handshake. Rule: protocol row 14. */
  readonly connectTimeout: number
  /** For the close handshake, when the Scope closes. */
  readonly drainTimeout: number
}

/**
 * Begins a connection and waits until it is open. One that fails or is interrupted leaves nothing behind. `wait` is told
 * of the connection in the instant that there is one, and waits for `opened`, with what bound it likes.
 */
export const handshake = (
  socket: Socket["Service"],
  request: Dial,
  receiver: Receiver,
  wait: (connection: Connection) => Effect.Effect<void, DialError>
): Effect.Effect<Connection, DialError> =>
  // Uninterruptible up to the wait: an interruption there would leave a socket without an owner.
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(socket.connect(request, receiver), (connection) =>
      Effect.as(
        // Around the wait's bound too: outside, an interruption would wait for it to strike.
        Effect.onExitPrimitive(restore(wait(connection)), (exit) =>
          Exit.isFailure(exit) ? Effect.asVoid(drop(connection)) : undefined
        ),
        connection
      )
    )
  )

/** Opens a connection that is hung up when its Scope closes. One that fails or is interrupted leaves nothing behind. */
export const open = (
  request: Dial,
  receiver: Receiver,
  bounds: OpenTimeouts
): Effect.Effect<Connection, DialError, Socket | Scope.Scope> =>
  // Uninterruptible between the handshake and the finalizer too.
  Effect.uninterruptibleMask((restore) =>
    Socket.use((socket) =>
      handshake(socket, request, receiver, (connection) =>
        restore(
          Effect.timeoutOrElse(connection.opened, {
            duration: bounds.connectTimeout,
            orElse: () => noAnswer(bounds.connectTimeout)
          })
        )
      )
    ).pipe(Effect.tap((connection) => Effect.addFinalizer(() => hangUp(connection, bounds.drainTimeout))))
  )
