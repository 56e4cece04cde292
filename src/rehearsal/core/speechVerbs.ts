import { Deferred, Effect, Exit } from "effect"
import type { TeamHealth } from "../../wire/GlobalApi.ts"
import { GlobalLost, type Rehearsal, type Target } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"
import type { ServerSocket } from "./ServerSocket.ts"

type SpeechVerb = "join" | "leave" | "say" | "goodbye" | "error" | "offer" | "sendRaw" | "askHealth" | "healthcheck"

const socketAt = (core: Platform, target: Target): ServerSocket | undefined =>
  target === "global" ? core.global : core.socketOf(target.team)

/** What the server says. */
export const speechVerbs = (core: Platform): Pick<Rehearsal["Service"], SpeechVerb> => ({
  join: (id) =>
    core.act(() => {
      const team = core.ledger.enrol(id)
      core.ledger.setPresent(team, true)
      core.announce(team)
    }),
  leave: (id, on = "global") =>
    core.act(() => {
      core.ledger.setPresent(core.ledger.team(id), false)
      if (on === "team" || on === "both") core.socketOf(id)?.left()
      if (on === "global" || on === "both") core.global?.tell({ type: "team.left", team_id: id })
    }),
  say: (id, text) =>
    core.act(() => core.ledger.teams.get(id)?.present === true && core.socketOf(id)?.say(text) === true),
  goodbye: core.act(() => core.global?.tell({ type: "goodbye" }) === true),
  error: ({ message, receivedMessage, teamId }) =>
    core.act(
      () =>
        core.global?.tell({
          type: "error",
          message,
          ...(receivedMessage === undefined ? {} : { received_message: receivedMessage }),
          ...(teamId === undefined ? {} : { team_id: teamId })
        }) === true
    ),
  offer: (id, url) => core.act(() => core.offer(id, url)),
  sendRaw: (target, frame) => core.act(() => socketAt(core, target)?.send(frame) === true),
  askHealth: core.act(() => core.global?.askHealth(() => {}) === true),
  healthcheck: Effect.gen(function* () {
    yield* core.catchUp
    const answer = Deferred.makeUnsafe<ReadonlyArray<TeamHealth>, GlobalLost>()
    const asked = core.global?.askHealth((stats) => {
      Deferred.doneUnsafe(answer, stats === undefined ? Exit.fail(new GlobalLost()) : Exit.succeed(stats))
    })
    if (asked !== true) return yield* new GlobalLost()
    return yield* Deferred.await(answer)
  })
})
