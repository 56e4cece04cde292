import { Effect } from "effect"
import { longestEarlyLife } from "../faults/shares.ts"
import type { Simulation } from "../Simulation.ts"
import { pollEvery } from "./awaitWithin.ts"
import { firstProblem, problemOfTeam } from "./problems.ts"

/** Milliseconds between two reminders of what the fleet may have missed. */
const remindEvery = 5_000
/** Milliseconds for which all must stay as it is. */
const steadyFor = 45_000

/** Tells the fleet what it may have missed while Global was down: a platform does so sooner or later. */
const remind = Effect.fnUntraced(function* ({ checker, ids, rehearsal }: Simulation) {
  for (const id of ids) {
    const { present } = checker.server.team(id)
    const wanted = checker.model.teams.get(id)?.wanted ?? false
    if (present && !wanted) yield* rehearsal.join(id)
    else if (!present && wanted) yield* rehearsal.leave(id)
  }
})

/** Waits until all are as they should be. False, with a violation, if they are not within the bound. */
const recover = Effect.fnUntraced(function* (simulation: Simulation) {
  const { checker, scenario } = simulation
  const { guarantees, network, server, time } = checker
  const began = time.now()
  let reminded = -Infinity
  // A frame from before the faults were cleared, still under way, must not pass for a sign of life of a half-open peer.
  // What has not even gone on its way, behind others of its connection, takes no longer than without faults.
  // And what was accepted before may be closed early yet.
  yield* Effect.sleep(Math.max(network.arrivedBy - began, scenario.latency + longestEarlyLife))
  while (time.isStalled()) yield* Effect.sleep(pollEvery)
  const since = checker.activeTime
  let problem = firstProblem(simulation, since)
  while (problem !== undefined) {
    if (checker.activeTime > since + guarantees.recovery) {
      checker.violated("connected", `${guarantees.recovery} ms after faults were cleared, ${problem}`)
      return false
    }
    if (time.now() - reminded >= remindEvery && server.global.openSockets > 0) {
      reminded = time.now()
      yield* remind(simulation)
    }
    yield* Effect.sleep(pollEvery)
    problem = firstProblem(simulation, since)
  }
  checker.trace(() => `all are back after ${time.now() - began} ms`)
  return true
})

/** Demands that no connection ends while there are no faults. */
const staySteady = Effect.fnUntraced(function* ({ checker, ids, rehearsal }: Simulation) {
  const before = [...checker.model.connections()]
  for (const id of ids) yield* rehearsal.say(id, "props for the quiet")
  yield* Effect.sleep(steadyFor)
  yield* rehearsal.askHealth
  for (const { endedAt, name } of before) {
    if (endedAt !== undefined) checker.violated("connected", `${name} ended without a fault`)
  }
})

/** Demands that a team that is cut, and one that leaves and comes back, are up at once while there are no faults. */
const disturb = Effect.fnUntraced(function* (simulation: Simulation) {
  const { checker, ids, prng, rehearsal } = simulation
  const { promptReconnect } = checker.guarantees
  // One that was not up for the stable time has failures behind it, and waits longer.
  if (checker.settings.stableAfter >= steadyFor) return
  for (const how of ["cut", "back"] as const) {
    // A host may have asked its clients to stay away for longer than the faults last.
    const id = prng.pick(ids.filter((team) => checker.server.obstacleTo({ team }) === undefined))
    if (id === undefined) return
    checker.trace(() => `without faults, team ${JSON.stringify(id)} is ${how}`)
    if (how === "cut") yield* rehearsal.cut(id)
    else yield* Effect.andThen(rehearsal.leave(id), rehearsal.join(id))
    yield* Effect.sleep(promptReconnect)
    const problem = problemOfTeam(simulation, id, -Infinity)
    if (problem === undefined) continue
    checker.violated("connected", `team ${JSON.stringify(id)} ${problem}, ${promptReconnect} ms after it was ${how}`)
  }
})

/** Quiet phase. Invariant 2: within the bound all wanted teams are connected, and they stay so. */
export const quiesce = Effect.fnUntraced(function* (simulation: Simulation) {
  if (!(yield* recover(simulation))) return
  yield* staySteady(simulation)
  yield* disturb(simulation)
})
