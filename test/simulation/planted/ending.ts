import { Effect, Fiber } from "effect"
import { DialBudget } from "../../../src/services/dialing/DialBudget.ts"
import { type TeamSession, TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import { inFrontOf, type Planted } from "./Planted.ts"

/** Runs something else for each stay of a team. */
const otherLife = (other: (life: Effect.Effect<never>, session: TeamSession) => Effect.Effect<never>) =>
  inFrontOf(TeamRegistry, (registry) => ({
    ...registry,
    supervise: (life, missed) =>
      Effect.contextWith((context) =>
        registry.supervise((session) => other(Effect.provideContext(life(session), context as never), session), missed)
      )
  }))

/** Bugs of how the fleet, or a team's stay in it, ends. */
export const endingBugs: ReadonlyArray<Planted> = [
  {
    bug: "a fiber that outlives its team",
    invariant: "no-leak",
    within: 5,
    standIn: otherLife((life) => Effect.andThen(Effect.forkDetach(Effect.forever(Effect.sleep("30 seconds"))), life))
  },
  {
    bug: "a fiber that waits for ever",
    invariant: "no-leak",
    within: 5,
    standIn: otherLife((life) => Effect.andThen(Effect.forkDetach(Effect.never), life))
  },
  {
    bug: "a goodbye that forgets one socket",
    invariant: "no-leak",
    within: 10,
    standIn: otherLife((life, { team }) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkDetach(life)
        const forgotten = typeof team.id === "number" && team.id % 5 === 1
        return yield* Effect.onInterrupt(Effect.never, () =>
          team.wanted && forgotten ? Effect.void : Fiber.interrupt(fiber)
        )
      })
    )
  },
  {
    bug: "sockets that are hung up one after the other",
    invariant: "no-leak",
    within: 60,
    standIn: otherLife((life, { team }) =>
      team.id === 1
        ? life
        : Effect.onInterrupt(life, () => Effect.sleep(typeof team.id === "number" ? team.id * 1_000 : 0))
    )
  },
  {
    bug: "a dial that cannot be interrupted",
    invariant: "one-socket",
    says: /has not ended, and the team has left/,
    within: 10,
    standIn: inFrontOf(DialBudget, (budget) => ({
      ...budget,
      dial: (lane, mayStart) => (dial) => Effect.uninterruptible(budget.dial(lane, mayStart)(dial))
    }))
  }
]
