import { Effect, Exit, Redacted, Result } from "effect"
import type { Closed, Connection, DialError, Receiver, Socket } from "../../services/Socket.ts"
import { Endpoint } from "../../wire/Endpoint.ts"
import { GlobalServerCodec } from "../../wire/GlobalApi.ts"
import { TeamServerCodec } from "../../wire/TeamApi.ts"
import { type Listener, CheckedConnection } from "./CheckedConnection.ts"
import type { Checker } from "./Checker.ts"

/** The socket that the fleet is given: it tells the watch of all that happens on it, and changes nothing. */
export const checkSocket = Effect.fnUntraced(function* (socket: Socket["Service"], watch: Checker, globalUrl: string) {
  // What watches belongs to the world: the fleet's fibers are counted.
  const run = Effect.runForkWith(yield* Effect.context())
  let serial = 0

  const listener: Listener = {
    onGiveUp: (connection, how) => {
      watch.tell(() => `fleet   ${how}s ${connection.name}`)
      for (const observer of watch.observers) observer.onGiveUp?.(connection, how)
    },
    onSend: (connection, frame) => {
      for (const observer of watch.observers) observer.onSend?.(connection, frame)
    }
  }

  const follow = (connection: CheckedConnection, inner: Connection) => {
    run(
      Effect.map(Effect.exit(inner.opened), (exit: Exit.Exit<void, DialError>) => {
        if (Exit.isFailure(exit)) {
          connection.refused = true
          return
        }
        connection.openedAt = watch.time.now()
        hear(connection)
        connection.greeted = false
        watch.tell(() => `opened  ${connection.name}`)
        for (const observer of watch.observers) observer.onOpened?.(connection)
      })
    )
    run(
      Effect.map(Effect.exit(inner.closed), (exit: Exit.Exit<Closed>) => {
        connection.endedAt = watch.time.now()
        watch.model.connectionsOf(connection).delete(connection)
        watch.tell(() => `ended   ${connection.name} ${Exit.isSuccess(exit) ? exit.value.code : "in a defect"}`)
        for (const observer of watch.observers) observer.onEnded?.(connection)
      })
    )
  }

  const hear = (connection: CheckedConnection) => {
    connection.heardAt = watch.awake
    connection.heardAtStall = watch.time.stalls()
    connection.greeted = true
  }

  const watched = (connection: () => CheckedConnection, receiver: Receiver): Receiver => ({
    onFrame: (frame) => {
      const from = connection()
      hear(from)
      if (from.team === undefined) readGlobal(watch, from, frame)
      else readTeam(watch, from, frame)
      try {
        receiver.onFrame(frame)
      } catch (error) {
        watch.violated("isolation", `a frame on ${from.name} threw: ${String(error)}`)
        throw error
      }
      for (const observer of watch.observers) observer.afterFrame?.(from)
    },
    onControl: () => {
      hear(connection())
      receiver.onControl()
    },
    onClosed: (closed) => receiver.onClosed(closed)
  })

  const wrapped: Socket["Service"] = {
    connect: (request, receiver) =>
      Effect.suspend(() => {
        const url = Redacted.value(request.endpoint.url)
        const team = url === globalUrl ? undefined : watch.model.urls.get(url)
        if (url !== globalUrl && team === undefined) {
          watch.violated("isolation", `a URL is dialled that nobody offered: ${url}`)
        }
        let connection: CheckedConnection
        return Effect.map(
          socket.connect(
            request,
            watched(() => connection, receiver)
          ),
          (inner) => {
            const stay = team === undefined ? 0 : watch.model.team(team).stay
            const host = `${request.endpoint.hostname}:${request.endpoint.port}`
            connection = new CheckedConnection(
              inner,
              { serial: ++serial, team, host, stay, begunAt: watch.time.now() },
              listener
            )
            watch.tell(() => `dial    ${connection.name}`)
            for (const observer of watch.observers) observer.onDial?.(connection)
            watch.model.connectionsOf(connection).add(connection)
            follow(connection, inner)
            return connection
          }
        )
      })
  }
  return wrapped
})

const readTeam = (watch: Checker, connection: CheckedConnection, frame: string): void => {
  const decoded = TeamServerCodec.decode(frame)
  const event = decoded._tag === "Event" ? decoded.event : undefined
  for (const observer of watch.observers) observer.onTeamFrame?.(connection, event)
  const team = watch.model.team(connection.team!)
  // On a socket of an earlier stay it is old news.
  if (event?.type === "team.left" && connection.stay === team.stay) watch.left(team.id)
}

const readGlobal = (watch: Checker, connection: CheckedConnection, frame: string): void => {
  const decoded = GlobalServerCodec.decode(frame)
  const event = decoded._tag === "Event" ? decoded.event : undefined
  for (const observer of watch.observers) observer.onGlobalFrame?.(connection, event)
  if (watch.model.ending) return
  switch (event?.type) {
    case "team.join":
      return watch.join(event.team_id)
    case "team.left":
      return watch.left(event.team_id)
    case "team.connect": {
      const endpoint = Endpoint.parse(event.ws_url)
      if (Result.isSuccess(endpoint)) watch.model.urls.set(Redacted.value(endpoint.success.url), event.team_id)
      return
    }
    case "goodbye":
      connection.saidGoodbye = true
      if (watch.settings.onGoodbye === "exit") watch.model.ending = true
  }
}
