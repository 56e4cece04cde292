import { Effect, Exit, Redacted, Result } from "effect"
import type { Closed, Connection, Receiver, Socket } from "../../services/Socket.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Life } from "../process/Life.ts"
import { CheckedConnection, type ConnectionListener } from "./CheckedConnection.ts"
import type { Checker } from "./Checker.ts"
import { readFrame } from "./readFrame.ts"

/** Begins to count the silence of a peer anew. */
const endSilence = (checker: Checker, connection: CheckedConnection) => {
  connection.heardAt = checker.activeTime
  connection.stallsWhenHeard = checker.time.stallCount()
}

const hear = (checker: Checker, connection: CheckedConnection) => {
  endSilence(checker, connection)
  if (connection.greeted) return
  connection.greeted = true
  for (const observer of checker.observers) observer.onGreeted?.(connection)
}

const checkReceiver = (
  checker: Checker,
  life: Life,
  connection: () => CheckedConnection,
  receiver: Receiver
): Receiver => ({
  onFrame: (frame) => {
    if (life.isOver) return
    const from = connection()
    hear(checker, from)
    from.midMessage = false
    readFrame(checker, from, frame)
    try {
      receiver.onFrame(frame)
    } catch (error) {
      checker.violated("isolation", `a frame on ${from.name} threw: ${String(error)}`)
      throw error
    }
    for (const observer of checker.observers) observer.afterFrame?.(from)
  },
  onPart: () => {
    if (life.isOver) return
    const from = connection()
    endSilence(checker, from)
    from.midMessage = true
    receiver.onPart?.()
  },
  onControl: () => {
    if (life.isOver) return
    hear(checker, connection())
    receiver.onControl()
  },
  onClosed: (closed) => {
    if (!life.isOver) receiver.onClosed(closed)
  }
})

/**
 * Wraps the socket that a life of the fleet is given: tells the checker of all that happens on it, and changes nothing, until
 * that life is over.
 */
export const checkSocket = Effect.fnUntraced(function* (
  socket: Socket["Service"],
  checker: Checker,
  globalUrl: string,
  life: Life
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
      if (connection.team === undefined) checker.onGlobalSend()
    },
    whileSending: (connection, send) =>
      Effect.suspend(() => {
        const sentAt = checker.activeTime
        connection.untakenSince = sentAt
        connection.stallsWhenSent = checker.time.stallCount()
        return Effect.onExit(send, (exit) =>
          Effect.sync(() => {
            // One that is interrupted was not taken.
            if (Exit.isFailure(exit) && Exit.hasInterrupts(exit)) return
            connection.untakenSince = undefined
            if (checker.activeTime > sentAt) connection.takenAt = checker.activeTime
          })
        )
      })
  }

  const follow = (connection: CheckedConnection, inner: Connection) => {
    run(
      Effect.map(Effect.result(inner.opened), (result) => {
        if (life.isOver) return
        if (Result.isFailure(result)) {
          connection.failure = result.failure
          return
        }
        connection.openedAt = checker.time.now()
        endSilence(checker, connection)
        checker.trace(() => `opened  ${connection.name}`)
        for (const observer of checker.observers) observer.onOpened?.(connection)
      })
    )
    run(
      Effect.map(Effect.exit(inner.closed), (exit: Exit.Exit<Closed>) => {
        if (life.isOver) return
        life.ended(inner)
        connection.endedAt = checker.time.now()
        checker.model.connectionsOf(connection).delete(connection)
        checker.trace(() => `ended   ${connection.name} ${Exit.isSuccess(exit) ? exit.value.code : "in a defect"}`)
        for (const observer of checker.observers) observer.onEnded?.(connection)
      })
    )
  }

  const teamAt = ({ url }: Endpoint): TeamId | undefined => {
    const text = Redacted.value(url)
    const team = checker.model.urls.get(text)
    if (text !== globalUrl && team === undefined) {
      checker.violated("isolation", `a URL is dialled that nobody offered: ${text}`)
    }
    return team
  }

  const { resolve } = socket
  let globalLookupAt = 0
  const checked: Socket["Service"] = {
    ...(resolve !== undefined && {
      resolve: (endpoint, urgent) => {
        if (life.isOver) return Effect.never
        const team = teamAt(endpoint)
        const tell = (what: "begins" | "ends" | "fails") => {
          for (const observer of checker.observers) observer.onLookup?.(team, what)
        }
        const tellEnd = (exit: Exit.Exit<unknown, unknown>) =>
          tell(Exit.isFailure(exit) && !Exit.hasInterrupts(exit) ? "fails" : "ends")
        if (team === undefined) globalLookupAt = checker.time.now()
        const begin = Effect.sync(() => tell("begins"))
        const lookup = resolve(endpoint, urgent)
        if (!Exit.isExit(lookup)) {
          return Effect.onExit(Effect.andThen(begin, lookup), (exit) => Effect.sync(() => tellEnd(exit)))
        }
        // It stays an Exit, by which the fleet knows that there is nothing to wait for.
        tell("begins")
        tellEnd(lookup)
        return lookup
      }
    }),
    connect: (request, receiver) =>
      Effect.suspend(() => {
        if (life.isOver) return Effect.never
        const team = teamAt(request.endpoint)
        let connection: CheckedConnection
        return Effect.map(
          socket.connect(
            request,
            checkReceiver(checker, life, () => connection, receiver)
          ),
          (inner) => {
            const generation = team === undefined ? 0 : checker.model.team(team).generation
            const host = `${request.endpoint.hostname}:${request.endpoint.port}`
            const dialledAt = checker.time.now()
            const attemptedAt = team === undefined && request.addresses !== undefined ? globalLookupAt : dialledAt
            const facts = { serial: ++serial, team, host, generation, dialledAt, attemptedAt }
            connection = new CheckedConnection(inner, facts, listener)
            life.opened(inner)
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
