import { Effect } from "effect"
import { Cut } from "../../rehearsal/Rehearsal.ts"
import { CloseCode } from "../../services/Socket.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"

const closeCodes = [
  CloseCode.normal,
  CloseCode.goingAway,
  CloseCode.policyViolation,
  CloseCode.internalError,
  CloseCode.serviceRestart,
  // An application's own.
  4000
] as const

/** Does it to some team that is present. */
export const toSomeone =
  (strike: (sky: FaultContext, team: TeamId) => Effect.Effect<boolean | void>): Fault =>
  (sky) =>
    Effect.suspend(() => {
      const team = sky.someone()
      return team === undefined ? Effect.succeed(false) : Effect.map(strike(sky, team), (struck) => struck !== false)
    })

/** A way to cut. */
export const someCut = ({ prng: dice }: FaultContext): Cut => {
  const how = dice.int(0, 2)
  return how === 0 ? Cut.CloseFrame({ code: dice.pick(closeCodes) }) : how === 1 ? Cut.End() : Cut.Reset()
}

/** What happens to the sockets of teams. */
export const socketFaults = {
  "team cut with a close frame": toSomeone(({ prng: dice, rehearsal }, team) =>
    rehearsal.cut(team, Cut.CloseFrame({ code: dice.pick(closeCodes) }))
  ),
  "team cut at the end of the stream": toSomeone(({ rehearsal }, team) => rehearsal.cut(team, Cut.End())),
  "team reset": toSomeone(({ rehearsal }, team) => rehearsal.cut(team, Cut.Reset())),
  "team half-open": toSomeone(({ rehearsal }, team) => rehearsal.mute(team)),
  "team half-open, then healed": toSomeone((sky, team) =>
    Effect.andThen(sky.later(sky.prng.scale(100, 60_000), sky.rehearsal.unmute(team)), sky.rehearsal.mute(team))
  ),
  "team left, and its socket is mute": toSomeone(({ prng: dice, rehearsal }, team) =>
    Effect.andThen(rehearsal.mute(team), rehearsal.leave(team, dice.pick(["global", "nowhere"])))
  ),
  "all teams cut at once": (sky) => Effect.as(sky.rehearsal.cutAll(someCut(sky)), true)
} satisfies Record<string, Fault>
