import type { Target } from "../Rehearsal.ts"
import { answerAsk } from "./answerAsk.ts"
import type { DialRecord } from "./DialLog.ts"
import { GlobalSocket } from "./GlobalSocket.ts"
import type { Platform } from "./Platform.ts"
import { TeamSocket } from "./TeamSocket.ts"
import type { Attach, UpgradeRequest } from "./UpgradeRequest.ts"

/** Destination of a path: the Global API, a team by a URL that was handed out, or nothing. */
interface Destination {
  readonly target: Target | undefined
  /** Gives an HTTP status to refuse with, or the socket to make. Asked last of all, because it uses up a team's URL. */
  readonly enter: () => number | Attach
}

const globalPath = "/global"

/**
 * Answers a handshake by the rules in force: at once, later, or never. Returns what to call when the client gives up,
 * which is of no effect on a handshake that has been answered.
 */
export const answerUpgrade = (platform: Platform, request: UpgradeRequest): (() => void) => {
  const destination = request.path === globalPath ? toGlobal(platform, request) : toTeam(platform, request)
  const { dials } = platform.state
  const dial = dials.begin(request.path, destination.target, platform.now())
  decide(platform, request, dial, destination)
  return () => void dials.end(dial, "abandoned")
}

const decide = (platform: Platform, request: UpgradeRequest, dial: DialRecord, destination: Destination): void => {
  const { dials } = platform.state
  const refuse = (status: number) => {
    if (dials.end(dial, "refused", status)) request.refuse(status)
  }
  const admit = () => {
    if (dial.outcome !== "pending") return
    const entered = destination.enter()
    if (typeof entered === "number") return refuse(entered)
    dials.end(dial, "accepted", 101)
    request.accept(entered)
  }

  const verdict = platform.dialRules.judge(destination.target, platform.now())
  switch (verdict._tag) {
    case "Accept":
      return admit()
    case "Delay":
      return platform.later(verdict.millis, () => {
        // An outage that began meanwhile swallows it.
        if (platform.dialRules.outage === undefined) admit()
      })
    case "Refuse":
      return refuse(verdict.status)
    case "Hang":
      return
  }
}

const toGlobal = (platform: Platform, { headers }: UpgradeRequest): Destination => {
  const attach: Attach = (transport) => {
    const socket = new GlobalSocket(transport, headers, platform.state, {
      onAsk: (from, team) => answerAsk(platform, from, team),
      onGone: (gone) => void platform.globalSockets.delete(gone)
    })
    platform.addGlobal(socket, platform.dialRules.lostHellos.take("global") === undefined)
    return socket
  }
  return { target: "global", enter: () => (platform.tokenFits(headers) ? attach : 401) }
}

const nowhere: Destination = { target: undefined, enter: () => 404 }

const toTeam = (platform: Platform, { path }: UpgradeRequest): Destination => {
  const ticket = platform.urls.find(path)
  if (ticket === undefined) return nowhere
  const team = platform.state.team(ticket.team)
  const target = { team: team.id }
  const attach: Attach = (transport) => {
    const socket = new TeamSocket(transport, team, platform.state, (gone) => platform.removeTeam(gone))
    platform.addTeam(socket)
    if (platform.dialRules.lostHellos.take(target) === undefined) socket.hello()
    return socket
  }
  return {
    target,
    enter: () => {
      if (!team.present) {
        team.dialsWhenAbsent++
        return 403
      }
      if (ticket.used && platform.behaviour.singleUseUrls) return 403
      ticket.used = true
      return attach
    }
  }
}
