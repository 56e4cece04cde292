import { canFollow } from "../../services/TeamState.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Invariant 9: a team's state changes only as the diagram of TeamState allows. */
export const transitions = (checker: Checker): Observer => ({
  onTransition: ({ cause, from, id, to }) => {
    if (canFollow(from._tag, to._tag)) return
    const why = cause === undefined ? "" : `, because ${cause}`
    checker.violated("transitions", `team ${JSON.stringify(id)} goes from ${from._tag} to ${to._tag}${why}`)
  }
})
