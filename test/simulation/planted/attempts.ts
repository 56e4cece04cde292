import { Effect } from "effect"
import { Offers } from "../../../src/services/Offers.ts"
import { Settings } from "../../../src/services/Settings.ts"
import { TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import type { TeamState } from "../../../src/services/TeamState.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Delays the leave of a team that is in this state, which is not interrupted. */
const delayLeaveWhile = (busy: TeamState["_tag"]) =>
  decorate(TeamRegistry, (registry) => {
    const leave: typeof registry.leave = (id) =>
      Effect.suspend(() =>
        registry.find(id)?.state._tag === busy
          ? Effect.asVoid(Effect.forkDetach(Effect.delay(leave(id), 50)))
          : registry.leave(id)
      )
    return { ...registry, leave }
  })

/** Bugs of asks, dials and the back-off. */
export const attemptBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a back-off that starts anew when a connection opens",
    invariant: "connected",
    within: 20,
    standIn: decorate(Settings, (settings) => ({ ...settings, stableAfter: 0 }))
  },
  {
    bug: "a slow retry that nobody comes back from",
    invariant: "connected",
    within: 20,
    standIn: decorate(Settings, (settings) => ({ ...settings, slowInterval: 86_400_000 }))
  },
  {
    bug: "a slow retry that each offer to anybody ends",
    invariant: "connected",
    detail: /is tried/,
    within: 30,
    standIn: decorate(TeamRegistry, (registry) => ({ ...registry, offerMade: () => Effect.runSync(registry.wakeAll) }))
  },
  {
    bug: "a late offer that is dialled after left",
    invariant: "one-socket",
    within: 100,
    standIn: delayLeaveWhile("Asking")
  },
  {
    bug: "a leave that does not cancel the dial",
    invariant: "one-socket",
    within: 50,
    standIn: delayLeaveWhile("Dialing")
  },
  {
    bug: "an ask that is waited for for ever",
    invariant: "prompt",
    within: 20,
    standIn: decorate(Offers, (offers) => ({
      ...offers,
      ask: (team) =>
        Effect.catchTag(offers.ask(team), "AskFailed", (error) =>
          error.reason === "unanswered" ? Effect.never : error
        )
    }))
  },
  {
    bug: "an error of one team that ends the loop",
    invariant: "isolation",
    within: 10,
    standIn: decorate(Offers, (offers) => ({
      ...offers,
      refuse: (team) =>
        Effect.flatMap(offers.refuse(team), (asked) => (asked ? Effect.succeed(true) : Effect.die("unasked")))
    }))
  }
]
