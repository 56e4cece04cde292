import { Effect } from "effect"
import { Cut, Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { grouped, listed } from "../terminal/format.ts"
import { awaitOutcome } from "./await.ts"
import type { FleetProcess, FleetProcessEnded } from "./fleetProcess.ts"
import { Narrator } from "./Narrator.ts"
import type { Plan } from "./plan.ts"

type Scene<E = never> = Effect.Effect<void, E, Rehearsal | Narrator>

const tell = (sentence: string) => Narrator.use((narrator) => narrator.tell(sentence))

/** Opens the Global connection. */
export const open: Scene = Effect.gen(function* () {
  const { globalUrl } = yield* Rehearsal
  yield* tell(`A rehearsal server listens on ${globalUrl}.`)
  yield* awaitOutcome(({ global }) => global.openSockets > 0, {
    good: (after) => `Botswain dials it: the Global connection is up, after ${after}.`,
    bad: "There is no Global connection"
  })
})

/** Lets every team join, all at once. */
export const join = ({ teams }: Plan): Scene =>
  Effect.gen(function* () {
    yield* tell(`${teams.length} teams join. Botswain asks where each one is, and connects to it.`)
    yield* awaitOutcome(({ connectedTeams }) => connectedTeams === teams.length, {
      good: (after) => `All ${teams.length} are connected, after ${after}, and begin to talk.`,
      bad: "They are not all connected"
    })
  })

/** Teams that are named one by one, at most. */
const namedAtMost = 8

/** Cuts the sockets of some teams, without a close frame. */
export const loseSockets = ({ cut }: Plan): Scene =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const before = yield* rehearsal.state
    const opens = new Map(cut.map((id) => [id, before.team(id).opens]))
    const who =
      cut.length > namedAtMost ? `${cut.length} teams` : `${cut.length === 1 ? "Team" : "Teams"} ${listed(cut, "and")}`
    yield* tell(`${who} ${cut.length === 1 ? "loses its socket" : "lose their sockets"}, without a close.`)
    yield* Effect.forEach(cut, (id) => rehearsal.cut(id, Cut.End()))
    yield* awaitOutcome((state) => cut.every((id) => state.team(id).opens > (opens.get(id) ?? 0)), {
      good: (after) => `Back after ${after}, each at a moment of its own: no stampede.`,
      bad: "They are not all back"
    })
  })

/** Takes away a team's peer, and leaves its socket: only silence tells. */
export const goHalfOpen = ({ mute }: Plan): Scene =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { opens } = (yield* rehearsal.state).team(mute)
    yield* tell(`Team ${mute} goes half-open: its socket is there, nobody at the other end.`)
    yield* rehearsal.mute(mute)
    yield* awaitOutcome((state) => state.team(mute).opens > opens, {
      good: (after) => `A ping without an answer gave it away. A new socket after ${after}.`,
      bad: "It is not back"
    })
  })

/** Lets two teams leave, as the protocol's example has it: on their own connections. */
export const leave = ({ leaver, returner }: Plan): Scene =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const leavers = [leaver, returner].sort((a, b) => a - b)
    yield* tell(`Teams ${listed(leavers, "and")} leave.`)
    yield* Effect.forEach(leavers, (id) => rehearsal.leave(id, "team"))
    yield* awaitOutcome((state) => leavers.every((id) => state.team(id).openSockets === 0), {
      good: (after) => `Their sockets are closed, after ${after}, and their counts remembered.`,
      bad: "Their sockets are still open"
    })
  })

/** Cuts the Global connection, and none of the teams'. */
export const loseGlobal: Scene = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const narrator = yield* Narrator
  const opensOf = Effect.map(rehearsal.state, ({ teams }) =>
    Array.from(teams.values()).reduce((sum, { opens }) => sum + opens, 0)
  )
  const { connectedTeams, global } = yield* rehearsal.state
  const [globalOpens, teams] = [global.opens, connectedTeams]
  const before = yield* opensOf
  yield* tell("The Global connection is cut: no joins, no healthchecks meanwhile.")
  yield* rehearsal.cutGlobal()
  yield* awaitOutcome((state) => state.global.opens > globalOpens, {
    good: (after) => `Back after ${after}.`,
    bad: "It is not back"
  })
  const unmoved = (yield* opensOf) === before
  yield* narrator.outcome(
    unmoved,
    `The ${teams} team connections ${unmoved ? "never noticed" : "did not all stay up"}.`
  )
})

/** Asks the fleet for a healthcheck. */
export const healthcheck: Scene = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const narrator = yield* Narrator
  yield* tell("The server asks for a healthcheck.")
  const stats = yield* Effect.orElseSucceed(rehearsal.healthcheck, () => [])
  const connected = stats.filter((team) => team.connected).length
  const messages = stats.reduce((sum, team) => sum + team.message_count, 0)
  const props = stats.reduce((sum, team) => sum + team.props_count, 0)
  yield* narrator.outcome(
    stats.length > 0,
    `${connected} of ${stats.length} teams connected; ${grouped(messages)} messages, ${grouped(props)} with props.`
  )
})

/** Lets one of the teams that left join again. */
export const rejoin = ({ returner }: Plan): Scene =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    yield* tell(`Team ${returner} joins again.`)
    yield* rehearsal.join(returner)
    yield* awaitOutcome((state) => state.team(returner).openSockets > 0, {
      good: (after) => `Connected after ${after}; its counts go on from where they were.`,
      bad: "It is not connected"
    })
  })

/** Cuts a team's socket, and refuses its next two dials. */
export const refuseDials = ({ refused }: Plan): Scene =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { opens } = (yield* rehearsal.state).team(refused)
    yield* tell(`Team ${refused} loses its socket; its next two dials are turned away (503).`)
    yield* rehearsal.refuseDials({ of: { team: refused }, count: 2 })
    yield* rehearsal.cut(refused, Cut.End())
    yield* awaitOutcome((state) => state.team(refused).opens > opens, {
      good: (after) => `Botswain waited before each; the third got through, after ${after}.`,
      bad: "It is not back"
    })
  })

/**
 * Kills the fleet's process and starts another on what it has kept. The platform names no team to that one. Nobody talks
 * meanwhile: what a healthcheck was told is kept, and what came after it might not be.
 */
export const killAndRestart = ({ kill, start }: FleetProcess): Scene<FleetProcessEnded> =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const narrator = yield* Narrator
    const { connectedTeams } = yield* rehearsal.state
    yield* rehearsal.settle
    const before = yield* Effect.orElseSucceed(rehearsal.healthcheck, () => [])
    const counted = before.reduce((sum, { message_count }) => sum + message_count, 0)
    yield* tell(`The fleet has told ${grouped(counted)} messages. Its process is killed (kill -9).`)
    yield* rehearsal.configure({ replayJoins: false })
    yield* kill
    yield* awaitOutcome(({ global, openSockets }) => openSockets + global.openSockets === 0, {
      good: (after) => `Every socket is gone, after ${after}.`,
      bad: "Its sockets are still open"
    })
    yield* tell("Another process starts on the state that it left. No team is named to it.")
    yield* start
    yield* awaitOutcome((state) => state.connectedTeams === connectedTeams, {
      good: (after) => `All ${connectedTeams} are connected again, after ${after}.`,
      bad: "They are not all connected"
    })
    const after = yield* Effect.orElseSucceed(rehearsal.healthcheck, () => [])
    const kept = after.reduce((sum, { message_count }) => sum + message_count, 0)
    yield* narrator.outcome(
      kept === counted,
      kept === counted ? "Every count goes on from where it was." : `It counts on from ${grouped(kept)} messages.`
    )
  })
