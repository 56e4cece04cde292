import { Redacted, Result } from "effect"
import { Endpoint } from "../../wire/Endpoint.ts"
import { GlobalServerCodec } from "../../wire/GlobalApi.ts"
import { TeamServerCodec } from "../../wire/TeamApi.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"
import type { Checker } from "./Checker.ts"

/** Tells the observers of a frame that the fleet is about to read, and changes the model as the frame demands. */
export const readFrame = (checker: Checker, connection: CheckedConnection, frame: string): void => {
  if (connection.team === undefined) readGlobal(checker, connection, frame)
  else readTeam(checker, connection, frame)
}

const readTeam = (checker: Checker, connection: CheckedConnection, frame: string): void => {
  const decoded = TeamServerCodec.decode(frame)
  const event = decoded._tag === "Event" ? decoded.event : undefined
  for (const observer of checker.observers) observer.onTeamFrame?.(connection, event)
  const team = checker.model.team(connection.team!)
  // On a socket of an earlier generation it is old news.
  if (event?.type === "team.left" && connection.generation === team.generation) checker.left(team.id)
}

const readGlobal = (checker: Checker, connection: CheckedConnection, frame: string): void => {
  const decoded = GlobalServerCodec.decode(frame)
  const event = decoded._tag === "Event" ? decoded.event : undefined
  for (const observer of checker.observers) observer.onGlobalFrame?.(connection, event)
  if (checker.model.ending) return
  switch (event?.type) {
    case "team.join":
      return checker.join(event.team_id)
    case "team.left":
      return checker.left(event.team_id)
    case "team.connect": {
      const endpoint = Endpoint.parse(event.ws_url)
      if (Result.isSuccess(endpoint)) checker.model.urls.set(Redacted.value(endpoint.success.url), event.team_id)
      return
    }
    case "goodbye":
      connection.saidGoodbye = true
      if (checker.settings.onGoodbye === "exit") checker.model.ending = true
  }
}
