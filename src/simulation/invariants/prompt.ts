import type { TeamId } from "../../wire/TeamId.ts"
import { AttemptLog } from "../checker/AttemptLog.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import { heldUp } from "../checker/JournalWatch.ts"
import type { Observer } from "../checker/Observer.ts"
import { Prospects } from "../checker/Prospects.ts"
import type { TeamModel } from "../checker/TeamModel.ts"

/** Milliseconds between two looks. What comes and goes between them is noticed by what it foils. */
const lookEvery = 500

/** Wait for a connection that nothing but the fleet keeps from being made. */
interface Wait {
  /** Active time. */
  readonly since: number
  readonly isBusy: boolean
  /** True if the platform may deny the team. */
  readonly isDenied: boolean
  /** Attempts that the platform had foiled until then. */
  readonly foiled: number
  /** Asks and dials of others that had begun until then. */
  readonly starts: number
}

const isUp = (connections: Iterable<CheckedConnection>): boolean => {
  for (const connection of connections) if (connection.openedAt !== undefined && connection.isOpen()) return true
  return false
}

/**
 * Invariant 10: a team whose next attempt would succeed is connected within the bound, whatever share of the others fails, and
 * so is Global. Whatever keeps an attempt from succeeding begins the wait anew.
 */
export const prompt = (checker: Checker): Observer => {
  const { guarantees, model, server, settings, time } = checker
  const log = new AttemptLog(checker)
  const prospects = new Prospects(checker)
  const waits = new Map<TeamId, Wait>()
  let globalWait: Wait | undefined
  let next = 0

  const forget = (team: TeamId | undefined) => {
    if (team === undefined) globalWait = undefined
    else waits.delete(team)
  }

  const forgetAll = () => {
    waits.clear()
    globalWait = undefined
  }

  /** Goes on with a wait, or begins one. A team that was denied begins anew when it is named: it is tried rarely until then. */
  const follow = (wait: Wait | undefined, foiled: number, isBusy: boolean, isDenied = false): Wait =>
    wait?.foiled === foiled && wait.isDenied === isDenied
      ? wait
      : { since: checker.activeTime, isBusy, isDenied, foiled, starts: log.starts }

  const demand = (who: string, { since }: Wait, bound: number) => {
    const waited = checker.activeTime - since
    if (waited <= bound) return
    checker.violated(
      "prompt",
      `${who} is not up ${waited} ms after anything last kept it from that; ${bound} are enough`
    )
  }

  const lookAtGlobal = () => {
    const { globals } = model
    if (isUp(globals) || !prospects.areGoodForGlobal()) return forget(undefined)
    globalWait = follow(globalWait, server.global.foiled, globals.size > 0 || log.global.isWaiting)
    demand("Global", globalWait, guarantees.globalPrompt(globalWait.isBusy))
  }

  const lookAt = (team: TeamModel) => {
    const { connections, id, wanted } = team
    if (!wanted || isUp(connections) || !prospects.areGoodFor(id)) return forget(id)
    const attempts = log.of(team)
    if (attempts.isMisled) return forget(id)
    attempts.expireAsk(time.now(), settings.connectTimeout)
    const { failures, hasAskedInVain, standing } = attempts
    const { foiled, host } = server.team(id)
    const isDenied = checker.denials.mayBeDenied(id)
    const wait = follow(waits.get(id), foiled, attempts.isWaiting || connections.size > 0, isDenied)
    waits.set(id, wait)
    demand(
      `team ${JSON.stringify(id)} on ${host}, ${standing}, with ${failures} failures${hasAskedInVain ? ", the last of them an ask" : ""},`,
      wait,
      guarantees.teamPrompt({
        isBusy: wait.isBusy,
        failures,
        hasAskedInVain,
        isDenied,
        slowestAnswer: log.slowestAnswer,
        standing,
        inVain: log.inVain(host, standing, wait.starts)
      })
    )
  }

  const look = () => {
    log.settle()
    if (prospects.haveBeenSlow() || model.ending || heldUp(checker.journal) > 0) return forgetAll()
    lookAtGlobal()
    if (!isUp(model.globals) || !prospects.areGoodForTeams()) return waits.clear()
    for (const team of model.teams.values()) lookAt(team)
  }

  return {
    onDial: (dial) => log.onDial(dial),
    onSend: (connection, frame) => log.onSend(connection, frame),
    onLookup: (team, what) => {
      log.onLookup(team, what)
      if (what === "fails") forget(team)
    },
    onGreeted: (connection) => log.onGreeted(connection),
    onOpened: ({ team }) => forget(team),
    onEnded: (connection) => {
      log.onEnded(connection)
      // Anything but our own doing: then it was not true that it would succeed and last.
      if (connection.team === undefined) forgetAll()
      else if (connection.givenUp === undefined) forget(connection.team)
    },
    onGlobalFrame: (connection, event) => {
      log.onGlobalFrame(connection, event)
      if (event?.type === "error" && event.team_id != null) forget(event.team_id)
    },
    onJoin: ({ id }) => forget(id),
    atEndOfInstant: () => {
      if (time.now() < next) return
      next = time.now() + lookEvery
      look()
    }
  }
}
