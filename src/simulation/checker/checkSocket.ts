import { Effect, Exit, Redacted } from "effect"
import type { Closed, Connection, DialError, Receiver, Socket } from "../../services/Socket.ts"
import { CheckedConnection, type ConnectionListener } from "./CheckedConnection.ts"
import type { Checker } from "./Checker.ts"
import { readFrame } from "./readFrame.ts"

const hear = (checker: Checker, connection: CheckedConnection) => {
  connection.heardAt = checker.activeTime
  connection.stallsWhenHeard = checker.time.stallCount()
  connection.greeted = true
}

const checkReceiver = (checker: Checker, connection: () => CheckedConnection, receiver: Receiver): Receiver => ({
  onFrame: (frame) => {
    const from = connection()
    hear(checker, from)
    readFrame(checker, from, frame)
    try {
      receiver.onFrame(frame)
    } catch (error) {
      checker.violated("isolation", `a frame on ${from.name} threw: ${String(error)}`)
      throw error
    }
    for (const observer of checker.observers) observer.afterFrame?.(from)
  },
  onControl: () => {
    hear(checker, connection())
    receiver.onControl()
  },
  onClosed: (closed) => receiver.onClosed(closed)
})

/** Wraps the socket that the fleet is given: tells the checker of all that happens on it, and changes nothing. */
export const checkSocket = Effect.fnUntraced(function* (
  socket: Socket["Service"],
  checker: Checker,
  globalUrl: string
) {
  // In fibers of the world: those of the fleet are counted.
  const run = Effect.runForkWith(yield* Effect.context())
  let serial = 0

  const listener: ConnectionListener = {
    onGiveUp: (connection, how) => {
      checker.trace(() => `fleet   ${how}s ${connection.name}`)
      for (const observer of checker.observers) observer.onGiveUp?.(connection, how)
    },
    onSend: (connection, frame) => {
      for (const observer of checker.observers) observer.onSend?.(connection, frame)
    }
  }

  const follow = (connection: CheckedConnection, inner: Connection) => {
    run(
      Effect.map(Effect.exit(inner.opened), (exit: Exit.Exit<void, DialError>) => {
        if (Exit.isFailure(exit)) {
          connection.refused = true
          return
        }
        connection.openedAt = checker.time.now()
        hear(checker, connection)
        connection.greeted = false
        checker.trace(() => `opened  ${connection.name}`)
        for (const observer of checker.observers) observer.onOpened?.(connection)
      })
    )
    run(
      Effect.map(Effect.exit(inner.closed), (exit: Exit.Exit<Closed>) => {
        connection.endedAt = checker.time.now()
        checker.model.connectionsOf(connection).delete(connection)
        checker.trace(() => `ended   ${connection.name} ${Exit.isSuccess(exit) ? exit.value.code : "in a defect"}`)
        for (const observer of checker.observers) observer.onEnded?.(connection)
      })
    )
  }

  const checked: Socket["Service"] = {
    connect: (request, receiver) =>
      Effect.suspend(() => {
        const url = Redacted.value(request.endpoint.url)
        const team = url === globalUrl ? undefined : checker.model.urls.get(url)
        if (url !== globalUrl && team === undefined) {
          checker.violated("isolation", `a URL is dialled that nobody offered: ${url}`)
        }
        let connection: CheckedConnection
        return Effect.map(
          socket.connect(
            request,
            checkReceiver(checker, () => connection, receiver)
          ),
          (inner) => {
            const generation = team === undefined ? 0 : checker.model.team(team).generation
            const host = `${request.endpoint.hostname}:${request.endpoint.port}`
            const dialledAt = checker.time.now()
            connection = new CheckedConnection(inner, { serial: ++serial, team, host, generation, dialledAt }, listener)
            checker.trace(() => `dial    ${connection.name}`)
            for (const observer of checker.observers) observer.onDial?.(connection)
            checker.model.connectionsOf(connection).add(connection)
            follow(connection, inner)
            return connection
          }
        )
      })
  }
  return checked
})
