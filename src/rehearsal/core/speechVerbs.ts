import { Deferred, Duration, Effect, Exit } from "effect"
import type { TeamHealth } from "../../wire/GlobalApi.ts"
import { GlobalLost, type Parts, type Rehearsal, type Target } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"
import type { InParts, ServerSocket } from "./ServerSocket.ts"

type SpeechVerb =
  | "join"
  | "leave"
  | "say"
  | "sayInParts"
  | "goodbye"
  | "error"
  | "offer"
  | "sendRaw"
  | "sendInParts"
  | "askHealth"
  | "healthcheck"

export const socketAt = (platform: Platform, target: Target): ServerSocket | undefined =>
  target === "global" ? platform.global : platform.socketOf(target.team)

const inParts = ({ later }: Platform, { every, parts }: Parts): InParts => ({
  parts,
  every: Duration.toMillis(Duration.fromInputUnsafe(every)),
  later
})

/** Verbs that make the server say something. */
export const speechVerbs = (platform: Platform): Pick<Rehearsal["Service"], SpeechVerb> => ({
  join: (id) =>
    platform.act(() => {
      const team = platform.state.enrol(id)
      platform.state.setPresent(team, true)
      platform.announce(team)
    }),
  leave: (id, on = "global") =>
    platform.act(() => {
      platform.state.setPresent(platform.state.team(id), false)
      if (on === "team" || on === "both") platform.socketOf(id)?.left()
      if (on === "global" || on === "both") platform.global?.tell({ type: "team.left", team_id: id })
    }),
  say: (id, text) =>
    platform.act(() => platform.state.teams.get(id)?.present === true && platform.socketOf(id)?.say(text) === true),
  sayInParts: (id, text, parts) =>
    platform.act(
      () =>
        platform.state.teams.get(id)?.present === true &&
        platform.socketOf(id)?.sayInParts(text, inParts(platform, parts)) === true
    ),
  sendInParts: (target, frame, parts) =>
    platform.act(() => socketAt(platform, target)?.sendInParts(frame, inParts(platform, parts)) === true),
  goodbye: platform.act(() => platform.global?.tell({ type: "goodbye" }) === true),
  error: ({ message, receivedMessage, teamId }) =>
    platform.act(
      () =>
        platform.global?.tell({
          type: "error",
          message,
          ...(receivedMessage === undefined ? {} : { received_message: receivedMessage }),
          ...(teamId === undefined ? {} : { team_id: teamId })
        }) === true
    ),
  offer: (id, url) => platform.act(() => platform.offer(id, url)),
  sendRaw: (target, frame) => platform.act(() => socketAt(platform, target)?.send(frame) === true),
  askHealth: platform.act(() => platform.global?.askHealth(() => {}) === true),
  healthcheck: Effect.gen(function* () {
    yield* platform.catchUp
    const answer = Deferred.makeUnsafe<ReadonlyArray<TeamHealth>, GlobalLost>()
    const asked = platform.global?.askHealth((stats) => {
      Deferred.doneUnsafe(answer, stats === undefined ? Exit.fail(new GlobalLost()) : Exit.succeed(stats))
    })
    if (asked !== true) return yield* new GlobalLost()
    return yield* Deferred.await(answer)
  })
})
