import { Effect, Layer } from "effect"
import { type Team, TeamRegistry } from "../../src/services/TeamRegistry.ts"
import type { TeamState } from "../../src/services/TeamState.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

/** A registry that knows no team, but for what is given. */
export const registryOf = (given: Partial<TeamRegistry["Service"]> = {}) =>
  Layer.mock(TeamRegistry, {
    restore: () => {},
    globalOpened: () => {},
    confirm: () => {},
    deny: () => undefined,
    offerMade: () => {},
    enter: () => {},
    find: () => undefined,
    observe: () => Effect.void,
    roster: () => [],
    teams: () => [],
    ...given
  })

/** A confirmed team in its first generation that has said nothing. */
export const teamOf = (id: TeamId, state: TeamState): Team => ({
  id,
  wanted: true,
  generation: 1,
  state,
  transport: undefined,
  isConfirmed: true,
  deniedSince: undefined,
  counts: { messages: 0, props: 0 }
})
