import type { TeamId } from "../../wire/TeamId.ts"
import { Cut, type Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"

type TroubleVerb =
  | "cut"
  | "cutAll"
  | "cutGlobal"
  | "mute"
  | "muteGlobal"
  | "unmute"
  | "unmuteGlobal"
  | "startOutage"
  | "endOutage"

/** Does it to each one; true if any took it. */
const some = <S>(sockets: Iterable<S>, action: (socket: S) => boolean): boolean => {
  let any = false
  // A copy, because what is done to a socket may take it out of its set.
  const all = [...sockets]
  for (const socket of all) any = action(socket) || any
  return any
}

/** What happens to connections that are open. */
export const troubleVerbs = (core: Platform): Pick<Rehearsal["Service"], TroubleVerb> => {
  const socketsOf = (id: TeamId) => core.teamSockets.get(id) ?? []
  const cutTeams = (how: Cut) => some(core.everyTeamSocket(), (socket) => socket.cut(how))
  const cutGlobal = (how: Cut) => some(core.globalSockets, (socket) => socket.cut(how))
  return {
    cut: (id, how = Cut.End()) => core.act(() => some(socketsOf(id), (socket) => socket.cut(how))),
    cutAll: (how = Cut.End()) => core.act(() => void cutTeams(how)),
    cutGlobal: (how = Cut.End()) => core.act(() => cutGlobal(how)),
    mute: (id) => core.act(() => some(socketsOf(id), (socket) => socket.mute())),
    muteGlobal: core.act(() => some(core.globalSockets, (socket) => socket.mute())),
    unmute: (id) => core.act(() => some(socketsOf(id), (socket) => socket.unmute())),
    unmuteGlobal: core.act(() => some(core.globalSockets, (socket) => socket.unmute())),
    startOutage: ({ cut = Cut.End(), dials = "refuse" } = {}) =>
      core.act(() => {
        core.dials.outage = dials === "hang" ? { _tag: "Hang" } : { _tag: "Refuse", status: 503 }
        cutTeams(cut)
        cutGlobal(cut)
      }),
    endOutage: core.act(() => {
      core.dials.outage = undefined
    })
  }
}
