import { Cut } from "../Rehearsal.ts"
import { answerAsk } from "./answerAsk.ts"
import type { DialRecord } from "./DialLog.ts"
import { type DialPlace, type EarlyClose, trouble } from "./DialRules.ts"
import { GlobalSocket } from "./GlobalSocket.ts"
import type { Platform } from "./Platform.ts"
import type { ServerSocket } from "./ServerSocket.ts"
import { TeamSocket } from "./TeamSocket.ts"
import type { Attach, UpgradeRequest } from "./UpgradeRequest.ts"

/** Destination of a path: the Global API, a team by a URL that was handed out, or nothing. */
interface Destination extends DialPlace {
  /** Counts what it has been foiled in. */
  readonly record?: { foiled: number }
  /**
   * Gives an HTTP status to refuse with, or the socket to make. Asked last of all, because it uses up a team's URL.
   * `onSocket` is called with the socket before anything is said on it.
   */
  readonly enter: (onSocket: (socket: ServerSocket) => void) => number | Attach
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

const close = (platform: Platform, socket: ServerSocket, { after, code }: EarlyClose): void => {
  const cut = () => void socket.cut(Cut.CloseFrame({ code }))
  if (after === 0) cut()
  else platform.later(after, cut)
}

const decide = (platform: Platform, request: UpgradeRequest, dial: DialRecord, destination: Destination): void => {
  const { dials } = platform.state
  const foil = () => {
    if (destination.record !== undefined) destination.record.foiled++
  }
  const refuse = (status: number, retryAfter?: number) => {
    if (dials.end(dial, "refused", status)) request.refuse(status, retryAfter)
  }
  const admit = (earlyClose: EarlyClose | undefined) => {
    if (dial.outcome !== "pending") return
    const entered = destination.enter((socket) => {
      if (earlyClose !== undefined) close(platform, socket, earlyClose)
    })
    if (typeof entered === "number") {
      foil()
      return refuse(entered)
    }
    dials.end(dial, "accepted", 101)
    request.accept(entered)
  }

  const verdict = platform.dialRules.judge(destination, platform.now())
  if (trouble(verdict) !== undefined) foil()
  switch (verdict._tag) {
    case "Admit":
      if (verdict.delay === 0) return admit(verdict.earlyClose)
      return platform.later(verdict.delay, () => {
        // An outage that began meanwhile swallows it.
        if (platform.dialRules.outage === undefined) admit(verdict.earlyClose)
      })
    case "Refuse":
      return refuse(verdict.status, verdict.retryAfter)
    case "Hang":
      return
  }
}

const global: DialPlace = { target: "global" }

const toGlobal = (platform: Platform, { headers }: UpgradeRequest): Destination => ({
  ...global,
  record: platform.state.global,
  enter: (onSocket) => {
    if (!platform.tokenFits(headers)) return 401
    return (transport) => {
      const socket = new GlobalSocket(transport, headers, platform.state, {
        onAsk: (from, team) => answerAsk(platform, from, team),
        onGone: (gone) => void platform.globalSockets.delete(gone)
      })
      onSocket(socket)
      const greets = platform.dialRules.lostHellos.take(global, platform.now()) === undefined
      if (!greets) platform.state.global.foiled++
      platform.addGlobal(socket, greets)
      return socket
    }
  }
})

const nowhere: Destination = { target: undefined, enter: () => 404 }

const toTeam = (platform: Platform, { path }: UpgradeRequest): Destination => {
  const ticket = platform.urls.find(path)
  if (ticket === undefined) return nowhere
  const team = platform.state.team(ticket.team)
  const place: DialPlace = { target: { team: team.id }, host: team.host }
  return {
    ...place,
    record: team,
    enter: (onSocket) => {
      if (!team.present) {
        team.dialsWhenAbsent++
        return 403
      }
      if (ticket.used && platform.behaviour.singleUseUrls) return 403
      ticket.used = true
      return (transport) => {
        const socket = new TeamSocket(transport, team, platform.state, (gone) => platform.removeTeam(gone))
        platform.addTeam(socket)
        onSocket(socket)
        if (platform.dialRules.lostHellos.take(place, platform.now()) === undefined) socket.hello()
        else team.foiled++
        return socket
      }
    }
  }
}
