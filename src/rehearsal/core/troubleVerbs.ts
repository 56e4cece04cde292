import type { TeamId } from "../../wire/TeamId.ts"
import { Cut, type Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"
import { socketAt } from "./speechVerbs.ts"

type TroubleVerb =
  | "cut"
  | "cutAll"
  | "cutGlobal"
  | "mute"
  | "muteGlobal"
  | "unmute"
  | "unmuteGlobal"
  | "stopReading"
  | "readAgain"
  | "startOutage"
  | "endOutage"

/** Does something to each one. True if any took it. */
const onEach = <S>(sockets: Iterable<S>, action: (socket: S) => boolean): boolean => {
  let any = false
  // A copy, because what is done to a socket may take it out of its set.
  const all = [...sockets]
  for (const socket of all) any = action(socket) || any
  return any
}

/** Verbs that disturb open connections. */
export const troubleVerbs = (platform: Platform): Pick<Rehearsal["Service"], TroubleVerb> => {
  const socketsOf = (id: TeamId) => platform.teamSockets.get(id) ?? []
  const cutTeams = (how: Cut) => onEach(platform.everyTeamSocket(), (socket) => socket.cut(how))
  const cutGlobal = (how: Cut) => onEach(platform.globalSockets, (socket) => socket.cut(how))
  return {
    cut: (id, how = Cut.End()) => platform.act(() => onEach(socketsOf(id), (socket) => socket.cut(how))),
    cutAll: (how = Cut.End()) => platform.act(() => void cutTeams(how)),
    cutGlobal: (how = Cut.End()) => platform.act(() => cutGlobal(how)),
    mute: (id) => platform.act(() => onEach(socketsOf(id), (socket) => socket.mute())),
    muteGlobal: platform.act(() => onEach(platform.globalSockets, (socket) => socket.mute())),
    unmute: (id) => platform.act(() => onEach(socketsOf(id), (socket) => socket.unmute())),
    unmuteGlobal: platform.act(() => onEach(platform.globalSockets, (socket) => socket.unmute())),
    stopReading: (target) => platform.act(() => socketAt(platform, target)?.pause() === true),
    readAgain: (target) =>
      platform.act(() => {
        const all = [...platform.globalSockets, ...platform.everyTeamSocket()]
        return onEach(
          all.filter((socket) => target === undefined || socket === socketAt(platform, target)),
          (socket) => socket.resume()
        )
      }),
    startOutage: ({ cut = Cut.End(), dials = "refuse" } = {}) =>
      platform.act(() => {
        platform.dialRules.outage = dials === "hang" ? { _tag: "Hang" } : { _tag: "Refuse", status: 503 }
        cutTeams(cut)
        cutGlobal(cut)
      }),
    endOutage: platform.act(() => {
      platform.dialRules.outage = undefined
    })
  }
}
