import { isConnected, type TeamRegistry } from "../../services/TeamRegistry.ts"
import type { TeamHealth } from "../../wire/GlobalApi.ts"

/** State of every team that has joined in this run, all at one instant. Rule: protocol rows 16 to 19. */
export const health = (registry: TeamRegistry["Service"]): ReadonlyArray<TeamHealth> =>
  registry.roster().map((team) => {
    const { messages, props } = team.counts
    return { id: team.id, connected: isConnected(team), message_count: messages, props_count: props }
  })
