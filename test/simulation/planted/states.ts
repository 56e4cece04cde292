import { TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import type { StateTag } from "../../../src/services/TeamState.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Does not tell the registry of a state, so that the one after it seems to follow the one before. */
const skips = (skipped: StateTag) =>
  decorate(TeamRegistry, (registry) => ({
    ...registry,
    enter: (membership, state) => {
      if (state._tag !== skipped) registry.enter(membership, state)
    }
  }))

/** Bugs of what the registry is told of a team's connection. */
export const stateBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a dial that the registry is not told of",
    invariant: "transitions",
    detail: /goes from (Asking|Waiting) to Open/,
    within: 5,
    standIn: skips("Dialing")
  },
  {
    bug: "a wait that the registry is not told of",
    invariant: "transitions",
    detail: /goes from Open to/,
    within: 5,
    standIn: skips("Backoff")
  }
]
