import { Clock, Effect } from "effect"
import type { FlightEntry } from "../observe/FlightEntry.ts"
import { FlightRecorder } from "../observe/FlightRecorder.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { Settings } from "../services/Settings.ts"
import { isConnected, isDenied, type Team } from "../services/TeamRegistry.ts"
import { failuresOf, type TeamState } from "../services/TeamState.ts"
import type { Phase, TeamRow, TeamStory } from "./api/TeamView.ts"
import { fateOf, namingOf } from "./teamNaming.ts"
import { teamStory } from "./teamStory.ts"

/** Phase of a team: its state in one of six words, for an operator. */
export const phaseOf = (team: Team): Phase => {
  if (!team.wanted) return "gone"
  if (isConnected(team)) return "connected"
  // Before what its state says: that it does not come up is no failure.
  if (isDenied(team)) return "denied"
  if (team.state._tag === "SlowRetry") return "slow"
  const isHeldUp = team.state._tag === "Open" || reasonOf(team.state) !== undefined
  return isHeldUp || failuresOf(team.state) > 0 ? "retrying" : "connecting"
}

/** Reason why a team is not connected, where its state has one. */
export const reasonOf = (state: TeamState): string | undefined =>
  state._tag === "Backoff" || state._tag === "SlowRetry" || state._tag === "Waiting" ? state.reason : undefined

/** Looks at teams for the admin API, each at one instant. */
export interface TeamViews {
  readonly row: (team: Team) => TeamRow
  /** Time since which a team is in its state, as its row has it: 0 where that is not known. */
  readonly since: (team: Team) => number
  /** Time since a team was last heard, as its row has it: infinite for one without a connection. In milliseconds. */
  readonly heardAgo: (team: Team) => number
  /** Story of a team; `undefined` for one that has none, as the registry has forgotten it. */
  readonly story: (team: Team) => TeamStory | undefined
}

const orNull = <A>(value: A | undefined): A | null => value ?? null

const transitionOf = ({ cause, code, lived, origin, rule, wait, ...rest }: FlightEntry) => ({
  ...rest,
  cause: orNull(cause),
  code: orNull(code),
  lived: orNull(lived),
  origin: orNull(origin),
  rule: orNull(rule),
  wait: orNull(wait)
})

/** Makes the views of a fleet's teams. */
export const makeTeamViews = Effect.gen(function* () {
  const recorder = yield* FlightRecorder
  const { sweepEach } = yield* KeepAlive
  const { forgetUnconfirmed } = yield* Settings
  const clock = yield* Clock.Clock

  const since = (team: Team): number => recorder.times(team)?.changedAt ?? 0

  const heardAgo = ({ state }: Team): number =>
    state._tag === "Open" ? Math.round(state.liveness.silence * sweepEach) : Infinity

  const liveness = (team: Team): TeamRow["liveness"] => {
    const { state } = team
    if (state._tag !== "Open") return null
    const { answeredAt, roundTrip } = state.liveness
    return {
      heardAgo: heardAgo(team),
      roundTrip: answeredAt === 0 ? null : { took: roundTrip, at: answeredAt }
    }
  }

  const naming = (team: Team): TeamRow["naming"] =>
    namingOf(team, {
      now: clock.currentTimeMillisUnsafe(),
      monotonic: monotonicMillis(clock),
      forgetAfter: forgetUnconfirmed
    })

  const row = (team: Team): TeamRow => {
    const { counts, generation, id, state, wanted } = team
    const waits = state._tag === "Backoff" || state._tag === "SlowRetry" ? state : undefined
    return {
      id,
      phase: phaseOf(team),
      wanted: { is: wanted, since: recorder.times(team)?.wantedSince ?? 0, generation },
      naming: naming(team),
      transport: {
        open: isConnected(team),
        state: state._tag,
        since: since(team),
        failures: failuresOf(state),
        reason: orNull(reasonOf(state)),
        code: orNull(waits?.code),
        retryAt: orNull(waits?.until)
      },
      liveness: liveness(team),
      messages: counts.messages,
      props: counts.props
    }
  }

  const views: TeamViews = {
    row,
    since,
    heardAgo,
    story: (team) => {
      const flight = recorder.flight(team.id)
      if (flight === undefined) return undefined
      const at = clock.currentTimeMillisUnsafe()
      const { headline, lines } = teamStory(team, flight, at)
      return {
        at,
        team: row(team),
        headline: [headline, ...(team.wanted ? [fateOf(naming(team), at) ?? []].flat() : [])].join(" "),
        story: lines,
        transitions: flight.entries.map(transitionOf),
        dropped: flight.dropped
      }
    }
  }
  return views
})
