import { GlobalClientCodec } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"
import type { TeamModel } from "../checker/TeamModel.ts"

/** Milliseconds between two flushes of the counters, and a few more. */
const lastFlush = 1_050

const nameOf = (id: TeamId) => `team ${JSON.stringify(id)}`

/**
 * Invariant 11: nothing wanted is lost, and told counts never go back. What the fleet asks for or dials is in its journal as
 * wanted by then, and so is each count that a healthcheck is told: a crash, at whatever instant, cannot take it back. Not so
 * while the journal is at fault, and until the fleet has tried again after that. And a team departs by a left of the platform,
 * or because it has been denied for long enough.
 */
export const durable = (checker: Checker): Observer => {
  const { denials, journal, model, settings, time } = checker

  const demandWanted = (id: TeamId, what: string) => {
    if (journal === undefined || journal.mayLack || journal.memory.team(id)?.wanted === true) return
    checker.violated("durable", `${nameOf(id)} ${what}, and a crash would lose it`)
  }

  const demandTold = (id: TeamId, told: number) => {
    const team = model.teams.get(id)
    if (journal === undefined || journal.mayLack || team?.memory !== "certain" || team.isDoubted) return
    const stored = journal.memory.team(id)?.messages ?? 0
    if (stored >= told) return
    checker.violated("durable", `${told} messages of ${nameOf(id)} are told, and a crash would leave ${stored}`)
  }

  /** Teams that the fleet has let go at this instant. */
  const letGo = new Set<TeamModel>()

  return {
    onTeamFrame: ({ team }, event) => {
      if (journal !== undefined && event?.type === "message") model.team(team!).remember(checker.activeTime, lastFlush)
    },
    onJoin: (team) => {
      team.movedAt = time.now()
    },
    onLeft: (team) => {
      team.movedAt = time.now()
      team.leftsUnderWay++
    },
    onDial: ({ team }) => {
      if (team !== undefined) demandWanted(team, "is dialled")
    },
    onSend: (connection, frame) => {
      if (connection.team !== undefined) return
      const sent = GlobalClientCodec.decode(frame)
      if (sent._tag !== "Event") return
      if (sent.event.type === "team.connect") demandWanted(sent.event.team_id, "is asked for")
      else for (const { id, message_count } of sent.event.stats) demandTold(id, message_count)
    },
    onGlobalFrame: (connection, event) => denials.read(connection, event, time.now()),
    onTransition: ({ cause, from, id, to }) => {
      const leaves = to._tag === "Draining" ? cause === "the team has left" : to._tag === "Departed"
      const team = model.teams.get(id)
      if (!leaves || (to._tag === "Departed" && from._tag === "Draining") || team === undefined) return
      letGo.add(team)
      if (team.leftsUnderWay > 0) {
        team.leftsUnderWay--
        return
      }
      if (model.ending || !team.wanted) return
      if (!denials.mayDepart(id, time.now(), settings.forgetUnconfirmed)) {
        checker.violated("durable", `${nameOf(id)} departs, and the platform has neither said so nor forgotten it`)
      }
      checker.left(id)
      team.leftsUnderWay--
    },
    // Whatever it was let go for: it is wanted by nobody, or is back at this instant.
    atEndOfInstant: () => {
      for (const team of letGo) {
        const loss = model.ending || !mustKnow(checker, team) ? undefined : lossOfPlace(checker, team)
        if (loss !== undefined) checker.violated("durable", loss)
      }
      letGo.clear()
    }
  }
}

/** True while the journal must have a team as it is: it is not at fault, and the team has not moved at this instant. */
const mustKnow = ({ journal, time }: Checker, team: TeamModel): boolean =>
  journal?.mayLack === false && team.memory === "certain" && !team.isDoubted && team.movedAt !== time.now()

/** Says whether the journal has another place of a team. */
const lossOfPlace = ({ journal }: Checker, { id, wanted }: TeamModel): string | undefined =>
  (journal?.memory.team(id)?.wanted ?? false) === wanted
    ? undefined
    : `${nameOf(id)} is ${wanted ? "wanted" : "not wanted"}, and the journal has the contrary`

/** Says what of a team is lost with the process that is killed now. */
const lossOfTeam = (checker: Checker, team: TeamModel): string | undefined => {
  const { journal } = checker
  if (journal === undefined) return undefined
  const has = journal.memory.team(team.id)?.messages ?? 0
  // The counts of a team that was forgotten stay there until that is written.
  const most = team.mostStored((forgottenBy) => journal.mayLackSince(forgottenBy))
  if (has > most) return `${has} messages of ${nameOf(team.id)} are stored, and ${most} were read`
  if (!mustKnow(checker, team)) return undefined
  const loss = lossOfPlace(checker, team)
  if (loss !== undefined) return loss
  const flushed = team.messagesBefore(checker.activeTime - lastFlush)
  if (has < flushed)
    return `${has} messages of ${nameOf(team.id)} are stored, and ${flushed} were read before the last flush`
  return undefined
}

/** Says what is lost with a process that is killed now and should not be; `undefined` for nothing. */
export const lossOf = (checker: Checker): string | undefined => {
  if (checker.journal === undefined || checker.time.isStalled() || checker.fleet === undefined) return undefined
  for (const team of checker.model.teams.values()) {
    const loss = lossOfTeam(checker, team)
    if (loss !== undefined) return loss
  }
  return undefined
}
