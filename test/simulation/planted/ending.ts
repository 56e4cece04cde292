import { Effect, Fiber } from "effect"
import { TeamRegistry, type TeamSession } from "../../../src/services/TeamRegistry.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Replaces the life of each session of a team. */
const decorateLife = (other: (life: Effect.Effect<never>, session: TeamSession) => Effect.Effect<never>) =>
  decorate(TeamRegistry, (registry) => ({
    ...registry,
    supervise: (life, missed) =>
      Effect.contextWith((context) =>
        registry.supervise((session) => other(Effect.provideContext(life(session), context as never), session), missed)
      )
  }))

/** Bugs of how the fleet, or a team's session in it, ends. */
export const endingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a fiber that outlives its team",
    invariant: "no-leak",
    within: 5,
    standIn: decorateLife((life) => Effect.andThen(Effect.forkDetach(Effect.forever(Effect.sleep("30 seconds"))), life))
  },
  {
    bug: "a fiber that waits for ever",
    invariant: "no-leak",
    within: 5,
    standIn: decorateLife((life) => Effect.andThen(Effect.forkDetach(Effect.never), life))
  },
  {
    bug: "a goodbye that forgets one socket",
    invariant: "no-leak",
    within: 10,
    standIn: decorateLife((life, { team }) =>
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
    standIn: decorateLife((life, { team }) =>
      team.id === 1
        ? life
        : Effect.onInterrupt(life, () => Effect.sleep(typeof team.id === "number" ? team.id * 1_000 : 0))
    )
  }
]
