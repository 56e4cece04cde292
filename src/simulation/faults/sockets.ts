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

/** Fault of a team that is present, drawn when it happens. */
export const toPresentTeam =
  (fault: (context: FaultContext, team: TeamId) => Effect.Effect<boolean | void>): Fault =>
  (context) =>
    Effect.suspend(() => {
      const team = context.presentTeam()
      return team === undefined
        ? Effect.succeed(false)
        : Effect.map(fault(context, team), (happened) => happened !== false)
    })

/** Draws a way to cut. */
export const drawCut = ({ prng }: FaultContext): Cut => {
  const how = prng.int(0, 2)
  return how === 0 ? Cut.CloseFrame({ code: prng.pick(closeCodes) }) : how === 1 ? Cut.End() : Cut.Reset()
}

/** Faults of the sockets of teams. */
export const socketFaults = {
  "team cut with a close frame": toPresentTeam(({ prng, rehearsal }, team) =>
    rehearsal.cut(team, Cut.CloseFrame({ code: prng.pick(closeCodes) }))
  ),
  "team cut at the end of the stream": toPresentTeam(({ rehearsal }, team) => rehearsal.cut(team, Cut.End())),
  "team reset": toPresentTeam(({ rehearsal }, team) => rehearsal.cut(team, Cut.Reset())),
  "team half-open": toPresentTeam(({ rehearsal }, team) => rehearsal.mute(team)),
  "team half-open, then healed": toPresentTeam((context, team) =>
    Effect.andThen(
      context.schedule(context.prng.logUniform(100, 60_000), context.rehearsal.unmute(team)),
      context.rehearsal.mute(team)
    )
  ),
  "team left, and its socket is mute": toPresentTeam(({ prng, rehearsal }, team) =>
    Effect.andThen(rehearsal.mute(team), rehearsal.leave(team, prng.pick(["global", "nowhere"])))
  ),
  "all teams cut at once": (context) => Effect.as(context.rehearsal.cutAll(drawCut(context)), true)
} satisfies Record<string, Fault>
