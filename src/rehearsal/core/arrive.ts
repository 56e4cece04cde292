import type { Target } from "../Rehearsal.ts"
import { answerAsk } from "./answerAsk.ts"
import type { DialRecord } from "./DialLog.ts"
import { GlobalSocket } from "./GlobalSocket.ts"
import type { Arrival, Handshake, Link, LinkEvents } from "./Link.ts"
import type { Platform } from "./Platform.ts"
import { TeamSocket } from "./TeamSocket.ts"

type Attach = (link: Link) => LinkEvents

/** What a path leads to: the Global API, a team by a URL that was handed out, or nothing. */
interface Destination {
  readonly target: Target | undefined
  /** An HTTP status, if it may not be gone to. Asked last of all, because a URL that was used is used up. */
  readonly enter: () => number | Attach
}

const globalPath = "/global"

/** Decides about a handshake: at once, later, or never. */
export const arrive = (core: Platform, handshake: Handshake): Arrival => {
  const destination = handshake.path === globalPath ? toGlobal(core, handshake) : toTeam(core, handshake)
  const { dials } = core.ledger
  const dial = dials.begin(handshake.path, destination.target, core.now())
  decide(core, handshake, dial, destination)
  return { abandon: () => void dials.end(dial, "abandoned") }
}

const decide = (core: Platform, handshake: Handshake, dial: DialRecord, destination: Destination): void => {
  const { dials } = core.ledger
  const refuse = (status: number) => {
    if (dials.end(dial, "refused", status)) handshake.refuse(status)
  }
  const admit = () => {
    if (dial.outcome !== "pending") return
    const entered = destination.enter()
    if (typeof entered === "number") return refuse(entered)
    dials.end(dial, "accepted", 101)
    handshake.accept(entered)
  }

  const verdict = core.dials.judge(destination.target, core.now())
  switch (verdict._tag) {
    case "Accept":
      return admit()
    case "Delay":
      return core.later(verdict.millis, () => {
        // An outage that began meanwhile swallows it.
        if (core.dials.outage === undefined) admit()
      })
    case "Refuse":
      return refuse(verdict.status)
    case "Hang":
      return
  }
}

const toGlobal = (core: Platform, { headers }: Handshake): Destination => {
  const attach: Attach = (link) => {
    const socket = new GlobalSocket(link, headers, core.ledger, {
      onAsk: (from, team) => answerAsk(core, from, team),
      onGone: (gone) => void core.globalSockets.delete(gone)
    })
    core.addGlobal(socket, core.dials.lostHellos.take("global") === undefined)
    return socket
  }
  return { target: "global", enter: () => (core.tokenFits(headers) ? attach : 401) }
}

const nowhere: Destination = { target: undefined, enter: () => 404 }

const toTeam = (core: Platform, { path }: Handshake): Destination => {
  const ticket = core.urls.find(path)
  if (ticket === undefined) return nowhere
  const team = core.ledger.team(ticket.team)
  const target = { team: team.id }
  const attach: Attach = (link) => {
    const socket = new TeamSocket(link, team, core.ledger, (gone) => core.removeTeam(gone))
    core.addTeam(socket)
    if (core.dials.lostHellos.take(target) === undefined) socket.hello()
    return socket
  }
  return {
    target,
    enter: () => {
      if (!team.present) {
        team.dialsWhenAbsent++
        return 403
      }
      if (ticket.used && core.behaviour.singleUseUrls) return 403
      ticket.used = true
      return attach
    }
  }
}
