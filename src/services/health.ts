import { GlobalClientCodec, type TeamHealth } from "../wire/GlobalApi.ts"
import { isConnected, type TeamRegistry } from "./TeamRegistry.ts"

/** State of every team that has joined in this run, all at one instant. Rule: protocol rows 16 to 19. */
export const health = (registry: TeamRegistry["Service"]): ReadonlyArray<TeamHealth> =>
  registry.roster().map((team) => {
    const { messages, props } = team.counts
    return { id: team.id, connected: isConnected(team), message_count: messages, props_count: props }
  })

/**
 * Writes the answer to a healthcheck; `undefined` where it would be longer than a text can be, some half a billion
 * characters. Rule: protocol row 16.
 */
export const writeHealth = (
  stats: ReadonlyArray<TeamHealth>,
  encode = GlobalClientCodec.encode
): string | undefined => {
  try {
    return encode({ type: "healthcheck", stats })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
