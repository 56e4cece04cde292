import { Context, Data, Effect, Exit, type Redacted, type Scope } from "effect"
import type { Endpoint } from "../wire/Endpoint.ts"
import { CloseCode } from "./CloseCode.ts"
import { type DialError, noAnswer } from "./DialError.ts"
import { broken, type Violation } from "./Violation.ts"

export { CloseCode }

/** The connection is not open, so nothing can be sent on it. */
export class NotOpen extends Data.TaggedError("NotOpen")<{}> {}

/** End of a connection. */
export interface Closed {
  /** The close code: RFC 6455 section 7.4. 1006 where no close frame came. */
  readonly code: number
  /** Rule that a frame of the peer broke, so that we closed the connection: the code is ours. Rule: protocol row 22. */
  readonly violation?: Violation
}

/** Says how a connection has ended: by a close of the peer's, by none, or by our own close and for what. */
export const tellClosed = ({ code, violation }: Closed): string =>
  violation === undefined ? `closed with code ${code}` : `closed by us with ${code}: ${broken(violation)}`

/** A request for a connection. */
export interface Dial {
  readonly endpoint: Endpoint
  /** Sent with the handshake. Secret. */
  readonly headers?: Readonly<Record<string, Redacted.Redacted>>
  /** True for an address that may be connected to. Asked of each, whoever has looked it up. */
  readonly allowsAddress: (address: string) => boolean
  /** Addresses to connect to, in the order to be tried: what `resolve` gave. Default: those that the host's name resolves to. */
  readonly addresses?: ReadonlyArray<string>
}

/**
 * Callbacks of a connection. Called at once and in order from the layer's own callbacks, so that nothing waits in a
 * queue between the read and the count: they must not block. What one throws is a defect of the program: it ends that
 * connection, and `closed` dies with it.
 */
export interface Receiver {
  /** A data message, as text (a binary one is read as UTF-8). */
  readonly onFrame: (frame: string) => void
  /** Optional: a layer that knows which messages came in one read may call it once for them, in place of `onFrame`. */
  readonly onFrames?: (frames: ReadonlyArray<string>) => void
  /** A ping or pong of the WebSocket protocol. */
  readonly onControl: () => void
  /** Optional: bytes have come of a message that is not whole yet. They prove that the peer lives. Rule: protocol row 11. */
  readonly onPart?: () => void
  /** Called once, after the last message, if the connection has opened. */
  readonly onClosed: (closed: Closed) => void
}

/** A connection, from the first byte of its handshake on. */
export interface Connection {
  /** Waits until the handshake is done. One outcome, in whatever order the socket's events come. Rule: protocol row 13. */
  readonly opened: Effect.Effect<void, DialError>
  /** Waits until the connection has ended; for one that never opened, until its socket is gone. */
  readonly closed: Effect.Effect<Closed>
  /** True from `opened` until a close handshake has begun, by either side, or the connection is lost. */
  readonly isOpen: () => boolean
  /** The peer's IP address, once open, where it is known: not through a proxy. */
  readonly peerAddress: () => string | undefined
  /** Optional: true where a proxy has not let the handshake through yet. */
  readonly awaitsProxy?: () => boolean
  /** Sends a text frame. Done when it has been handed to the kernel, so that the sender feels back-pressure. */
  readonly send: (frame: string) => Effect.Effect<void, NotOpen>
  /** Sends a text frame without waiting. Does nothing if the connection is not open. */
  readonly post: (frame: string) => void
  /** Sends a ping of the WebSocket protocol without waiting. Does nothing if the connection is not open. */
  readonly ping: () => void
  /** Stops reading, so that the peer feels back-pressure; frames that have been read may still arrive. */
  readonly pause: () => void
  readonly resume: () => void
  /** Begins the close handshake. */
  readonly close: (code: number) => void
  /** Drops the connection, or the handshake, at once; frames already read may still arrive. Rule: protocol row 12. */
  readonly terminate: () => void
}

/**
 * Begins WebSocket connections. `connect` returns at once, and its caller must end the connection: use {@link open},
 * which does that.
 */
export class Socket extends Context.Service<
  Socket,
  {
    readonly connect: (request: Dial, receiver: Receiver) => Effect.Effect<Connection>
    /**
     * Looks up the addresses of an endpoint's host, so that a dial that waits for a name is not in flight. Optional:
     * without it `connect` finds them itself. `urgent`: for the Global connection, which has places of its own. Gives at
     * once for an address and for what is in the cache. Fails with a DialError of reason "name". Interruption takes the
     * question back.
     */
    readonly resolve?: (endpoint: Endpoint, urgent?: boolean) => Effect.Effect<ReadonlyArray<string>, DialError>
  }
>()("botswain/services/Socket") {}

/** Ends a connection by a close handshake, and by `terminate` if that takes longer than so many milliseconds. */
export const hangUp = (connection: Connection, drainTimeout: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    connection.close(CloseCode.normal)
    return connection.closed
  }).pipe(Effect.timeoutOrElse({ duration: drainTimeout, orElse: () => drop(connection) }), Effect.asVoid)

/** Ends a connection at once, and waits until its socket is gone. */
const drop = (connection: Connection): Effect.Effect<Closed> =>
  Effect.suspend(() => {
    connection.terminate()
    return connection.closed
  })

/** Timeouts of {@link open}, in milliseconds. */
export interface OpenTimeouts {
  /** For the handshake. Rule: protocol row 14. */
  readonly connectTimeout: number
  /** For the close handshake, when the Scope closes. */
  readonly drainTimeout: number
}

/**
 * Begins a connection and waits until it is open. One that fails or is interrupted leaves no socket behind. `wait` gets
 * the connection as soon as there is one, and waits for `opened`, with a timeout of its own.
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
        // Around the wait and its timeout: an interruption must not have to wait for that.
        Effect.onExitPrimitive(restore(wait(connection)), (exit) =>
          Exit.isFailure(exit) ? Effect.asVoid(drop(connection)) : undefined
        ),
        connection
      )
    )
  )

/**
 * Opens a connection, and hangs it up when the Scope closes. One that fails or is interrupted leaves no socket behind.
 */
export const open = (
  request: Dial,
  receiver: Receiver,
  timeouts: OpenTimeouts
): Effect.Effect<Connection, DialError, Socket | Scope.Scope> =>
  // Uninterruptible between the handshake and the finalizer too.
  Effect.uninterruptibleMask((restore) =>
    Socket.use((socket) =>
      handshake(socket, request, receiver, (connection) =>
        restore(
          Effect.timeoutOrElse(connection.opened, {
            duration: timeouts.connectTimeout,
            orElse: () => noAnswer(timeouts.connectTimeout, connection)
          })
        )
      )
    ).pipe(Effect.tap((connection) => Effect.addFinalizer(() => hangUp(connection, timeouts.drainTimeout))))
  )
