import { batch, catchUp } from "../../services/dialing/Gate.ts"
import { canaryEvery, failuresForOne } from "../../services/dialing/Ramp.ts"
import { sweepOf } from "../../services/KeepAlive.ts"
import type { SettingsValues } from "../../services/Settings.ts"

/** What the settings promise, in milliseconds and counts. All bounds of the invariants come from here. */
export interface Guarantees {
  /** A peer that is silent for so long is dead, and not before. */
  readonly deadAfter: number
  /** The same for one that has never been heard. */
  readonly greetingAfter: number
  /** How much later than that it is noticed: a sweep, for the peer may have spoken just after one, and one for the timer. */
  readonly sweep: number
  /** From the left of a team to the end of its socket. */
  readonly close: number
  /** From the end of the weather until every wanted team is connected. */
  readonly recovery: number
  /** In good weather: from the cut of a stable connection, or the return of a team that has just left, until it is up. */
  readonly prompt: number
  /** Between an attempt that failed and the next. */
  readonly shortestWait: number
  /** The same in the slow lane, unless something wakes the team. */
  readonly shortestSlowWait: number
  /** Team dials that begin within any second. */
  readonly dialsASecond: number
  readonly dialsInFlight: number
  /** Teams that fail before the circuit of their host can be open. */
  readonly fewestFailing: number
  /** Dials to a host in so many seconds in which most have failed, where so many had got through shortly before. */
  readonly canaries: (seconds: number, gotThrough: number) => number
  /** How long that is: what was dialled since has an outcome by now. */
  readonly attempt: number
  /** From goodbye or interruption to the end. */
  readonly drain: number
}

/** Timers are of whole milliseconds, one at least. */
const rounding = 1

/** Stories have few teams: the circuit of a host opens where a quarter of them fail, or it would have no part in any. */
export const fewestFailing = (teams: number): number => Math.min(20, Math.max(2, Math.ceil(teams / 4)))

/** `latency`: the longest time that anything is under way, one way; `teams`: how many there can be. */
export const guaranteesOf = (settings: SettingsValues, latency: number, teams: number): Guarantees => {
  const { backoffBase, backoffCap, connectTimeout, dialRate, drainTimeout, maxDials } = settings
  const sweep = sweepOf(settings)
  const way = latency + rounding
  const roundTrip = 2 * way
  // An ask or a dial that comes alone: the pace, and the batch that it begins with.
  const turn = Math.ceil(1_000 / dialRate) + batch
  const deadAfter = settings.pingInterval + settings.pongTimeout
  // A half-open connection is found dead; its slot is free at once, but one that the server began to close takes a close.
  const giveUp = deadAfter + 2 * sweep + drainTimeout
  // What is in flight when the weather clears fails, at the latest, by its own bound: an ask, and then a dial.
  const attempt = 2 * connectTimeout + roundTrip
  // All teams may be due at the same time: the pace, and the slots of which failing teams have three quarters.
  const slots = maxDials - Math.floor(maxDials / 4)
  const queue = (teams / dialRate) * 2_000 + Math.ceil(teams / slots) * roundTrip
  // Global is back after its own attempt and one wait, which is at most the cap; then all teams may ask.
  const global = giveUp + attempt + backoffCap + backoffBase
  const slow = settings.slowInterval * 1.5
  // A canary a second, and each round of them that gets through at least doubles the rate.
  const ramp = Math.ceil(Math.log2(teams) + 1) * (canaryEvery + 2 * roundTrip + 2 * turn)
  return {
    deadAfter,
    greetingAfter: connectTimeout,
    sweep,
    close: drainTimeout + roundTrip,
    // Global, then one failure that was under way, the longest wait, and an attempt that succeeds. It may be turned away
    // by a circuit that the failure has opened: then there is a canary, and the others follow it, faster and faster.
    recovery: global + giveUp + attempt + Math.max(slow, backoffCap) + attempt + queue + ramp + attempt + queue,
    // A random wait up to the base, the turns of an ask and of a dial, and eight ways: cut or left, close, answer, join,
    // ask, offer, handshake, answer.
    prompt: backoffBase + rounding + 2 * turn + 8 * way,
    shortestWait: backoffBase,
    shortestSlowWait: settings.slowInterval / 2,
    dialsASecond: Math.ceil(dialRate * (1 + (batch + catchUp) / 1_000)) + 1,
    dialsInFlight: maxDials,
    fewestFailing: fewestFailing(teams),
    // One at once, then each second; and those that were sent in the storm before, and ask or wait for their dial still.
    // And as each that gets through makes them go faster, some for each of those that did.
    canaries: (seconds, gotThrough) =>
      1 + Math.floor((seconds * 1_000 + attempt) / canaryEvery) + gotThrough * failuresForOne,
    attempt,
    drain: drainTimeout + roundTrip
  }
}
