import { Effect } from "effect"
import { isConnected } from "../../services/TeamRegistry.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Scene } from "./chaos.ts"

/** Milliseconds between two looks. */
const look = 500
/** Between two reminders of what the fleet may have missed. */
const reminder = 5_000
/** How long all must stay as it is. */
const steadyFor = 45_000

/** Sleeps until so much time has passed in which the fleet did not stand still, or it is so. False if it never was. */
export const untilAwake = Effect.fnUntraced(function* (watch: Checker, millis: number, isSo: () => boolean) {
  const by = watch.awake + millis
  while (!isSo()) {
    if (watch.awake >= by) return false
    yield* Effect.sleep(Math.min(look, Math.max(1, by - watch.awake)))
  }
  return true
})

/** What a team is not, that it should be; `undefined` if it is all right. */
const wrong = ({ checker: watch }: Scene, id: TeamId, since: number): string | undefined => {
  const { openSockets, present } = watch.server.team(id)
  const team = watch.model.teams.get(id)
  if (present !== (team?.wanted ?? false)) return present ? "has joined, and is not wanted" : "has left, and is wanted"
  if (!present) return openSockets > 0 || (team?.connections.size ?? 0) > 0 ? "has left, and has a socket" : undefined
  const known = watch.books?.registry.find(id)
  for (const { heardAt } of team?.connections ?? []) if (heardAt < since) return "has not been heard since"
  if (openSockets !== 1 || known === undefined || !isConnected(known)) {
    return `is not connected: ${known?.state._tag}, ${openSockets} sockets`
  }
  return undefined
}

/** The first thing that is not as it should be, half-open connections too: those that were not heard since then. */
const illness = (scene: Scene, since: number): string | undefined => {
  const { globals } = scene.checker.model
  if (globals.size !== 1) return `there are ${globals.size} Global connections`
  for (const { heardAt } of globals) if (heardAt < since) return "Global has not been heard since"
  for (const id of scene.ids) {
    const problem = wrong(scene, id, since)
    if (problem !== undefined) return `team ${JSON.stringify(id)} ${problem}`
  }
  return undefined
}

/** Tells the fleet what it may have missed while Global was down: a platform does so sooner or later. */
const remind = Effect.fnUntraced(function* ({ ids, rehearsal, checker: watch }: Scene) {
  for (const id of ids) {
    const { present } = watch.server.team(id)
    const wanted = watch.model.teams.get(id)?.wanted ?? false
    if (present && !wanted) yield* rehearsal.join(id)
    else if (!present && wanted) yield* rehearsal.leave(id)
  }
})

/** Invariant 2, for one that is cut and one that leaves and comes back, while all is well. */
const disturb = Effect.fnUntraced(function* (scene: Scene) {
  const { prng: dice, ids, rehearsal, checker: watch } = scene
  const { bounds, settings } = watch
  // One that was not up for the stable time has failures behind it, and waits longer.
  if (settings.stableAfter >= steadyFor) return
  for (const how of ["cut", "back"] as const) {
    const id = dice.pick(ids.filter((team) => watch.server.team(team).present))
    if (id === undefined) return
    watch.tell(() => `in good weather, team ${JSON.stringify(id)} is ${how}`)
    if (how === "cut") yield* rehearsal.cut(id)
    else yield* Effect.andThen(rehearsal.leave(id), rehearsal.join(id))
    yield* Effect.sleep(bounds.prompt)
    const problem = wrong(scene, id, 0)
    if (problem === undefined) continue
    watch.violated("connected", `team ${JSON.stringify(id)} ${problem}, ${bounds.prompt} ms after it was ${how}`)
  }
})

/** Invariant 2: within the bound all wanted teams are connected, and they stay so. */
export const quiesce = Effect.fnUntraced(function* (scene: Scene) {
  const { ids, rehearsal, scenario: story, checker: watch } = scene
  const began = watch.time.now()
  let reminded = -Infinity
  // A frame from before the weather cleared, still under way, must not pass for a sign of life of a half-open peer. What
  // has not even gone on its way, behind others of its connection, takes no longer than in good weather.
  yield* Effect.sleep(Math.max(watch.network.arrivedBy - began, story.latency))
  while (watch.time.isStalled()) yield* Effect.sleep(look)
  const since = watch.awake
  for (let ill = illness(scene, since); ill !== undefined; ill = illness(scene, since)) {
    if (watch.awake > since + watch.bounds.recovery) {
      return watch.violated("connected", `${watch.bounds.recovery} ms after the weather has cleared, ${ill}`)
    }
    if (watch.time.now() - reminded >= reminder && watch.server.global.openSockets > 0) {
      reminded = watch.time.now()
      yield* remind(scene)
    }
    yield* Effect.sleep(look)
  }
  watch.tell(() => `all are back after ${watch.time.now() - began} ms`)

  const before = [...watch.model.connections()]
  for (const id of ids) yield* rehearsal.say(id, "props for the calm")
  yield* Effect.sleep(steadyFor)
  yield* rehearsal.askHealth
  for (const { endedAt, name } of before) {
    if (endedAt !== undefined) watch.violated("connected", `${name} ended in good weather`)
  }
  yield* disturb(scene)
})
