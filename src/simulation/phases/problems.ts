import { isConnected } from "../../services/TeamRegistry.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Simulation } from "../Simulation.ts"

/** Says how a team differs from what it should be; `undefined` if it does not. `since`: as of {@link firstProblem}. */
export const problemOfTeam = ({ checker }: Simulation, id: TeamId, since: number): string | undefined => {
  const { openSockets, present } = checker.server.team(id)
  const team = checker.model.teams.get(id)
  if (present !== (team?.wanted ?? false)) return present ? "has joined, and is not wanted" : "has left, and is wanted"
  if (!present) return openSockets > 0 || (team?.connections.size ?? 0) > 0 ? "has left, and has a socket" : undefined
  const known = checker.fleet?.registry.find(id)
  for (const { heardAt, midMessage } of team?.connections ?? []) {
    if (heardAt <= since) return "has not been heard since"
    if (midMessage) return "has a message that is not whole"
  }
  if (openSockets !== 1 || known === undefined || !isConnected(known)) {
    return `is not connected: ${known?.state._tag}, ${openSockets} sockets`
  }
  return undefined
}

/**
 * Says what is not as it should be, if anything is. `since`: active time; a connection that was last heard by then, or in
 * that very instant, may be half-open.
 */
export const firstProblem = (simulation: Simulation, since: number): string | undefined => {
  const { globals } = simulation.checker.model
  if (globals.size !== 1) return `there are ${globals.size} Global connections`
  for (const { heardAt, midMessage } of globals) {
    if (heardAt <= since) return "Global has not been heard since"
    if (midMessage) return "Global has a frame that is not whole"
  }
  for (const id of simulation.ids) {
    const problem = problemOfTeam(simulation, id, since)
    if (problem !== undefined) return `team ${JSON.stringify(id)} ${problem}`
  }
  return undefined
}
