import { lookEvery } from "../../services/dialing/Line.ts"
import { type DialTuning, defaults } from "../../services/dialing/policy/DialPolicy.ts"
import { sweepOf } from "../../services/KeepAlive.ts"
import type { SettingsValues } from "../../services/Settings.ts"
import { type PromptBounds, promptBoundsOf } from "./promptBounds.ts"

/** Bounds that the invariants check, derived from the settings. Milliseconds, unless said otherwise. */
export interface Guarantees extends PromptBounds {
  /** Silence after which a peer is dead, and not before. */
  readonly deadAfter: number
  /** Silence after which a peer that has never been heard is dead. */
  readonly greetingTimeout: number
  /** Time for which a peer may leave an answer untaken: it is dropped then, and not before. */
  readonly untaken: number
  /** Time between two sweeps over all peers: a dead one is noticed up to two sweeps later. */
  readonly sweep: number
  /** Time from the left of a team to the end of its socket. */
  readonly close: number
  /** Time from the end of all faults until every wanted team is connected. */
  readonly recovery: number
  /** Time without faults from the cut of a stable connection, or the return of a team that has just left, until it is up. */
  readonly promptReconnect: number
  /** Time between an attempt that failed and the next. */
  readonly shortestWait: number
  /** Time between two attempts in slow retry, unless something wakes the team. */
  readonly shortestSlowWait: number
  /** Number of team dials that begin within any second. */
  readonly dialsPerSecond: number
  readonly dialsInFlight: number
  /** Number of dials without a first frame from which on one that is slow may have to make room for another. */
  readonly dialsBeforeOthersWait: number
  /** Number of attempts at a host, or of asks, in so many seconds in which nobody gets through. */
  readonly attemptsInVain: (seconds: number) => number
  /** Longest ask and dial: what was asked for before that has an outcome by now. */
  readonly attempt: number
  /** Time from goodbye or interruption to the end. */
  readonly drain: number
}

/** Timers are of whole milliseconds, one at least. */
const rounding = 1

/** Starts that a lane may lose in a scenario of so many teams, a quarter of them: the fleet's own credit would outlast all. */
const creditOf = (teams: number): number => Math.min(defaults.credit[0]!, Math.max(2, Math.ceil(teams / 4)))

/** Constants of dial control for a scenario of so many teams. */
export const tuningFor = (teams: number): Partial<DialTuning> => ({
  credit: defaults.credit.map((credit) => Math.min(credit, creditOf(teams)))
})

/** Canaries of a target in so many seconds, by the wait between two that grows with the time for which it has been down. */
const canariesIn = (seconds: number): number => {
  const { canaryMax, canaryMin, canaryShare } = defaults
  let canaries = 1
  for (let at = 0; at < seconds * 1_000; canaries++) at += Math.min(canaryMax, Math.max(canaryMin, at * canaryShare))
  return canaries
}

/** Derives the bounds. `latency`: the longest one-way latency without faults; `teams`: how many there can be. */
export const guaranteesOf = (settings: SettingsValues, latency: number, teams: number): Guarantees => {
  const { backoffBase, backoffCap, connectTimeout, dialRate, drainTimeout, maxDials } = settings
  const sweep = sweepOf(settings)
  const way = latency + rounding
  const roundTrip = 2 * way
  // An ask or a dial that comes alone: the pace, and the batch that it begins with.
  const turn = Math.ceil(1_000 / dialRate) + lookEvery
  const deadAfter = settings.pingInterval + settings.pongTimeout
  // A half-open connection is found dead; its slot is free at once, but one that the server began to close takes a close.
  // And one whose message is never whole lives until that has had its time.
  const giveUp = Math.max(deadAfter, settings.messageTimeout) + 2 * sweep + drainTimeout
  // What is in flight when the faults end fails, at the latest, by its own bound: an ask, and then a dial.
  const attempt = 2 * connectTimeout + roundTrip
  // All teams may be due at the same time: the pace, and the slots of which failing teams have three quarters.
  const slots = maxDials - Math.floor(maxDials / 4)
  const queue = (teams / dialRate) * 2_000 + Math.ceil(teams / slots) * roundTrip
  // Global is back after its own attempt and one wait, which is at most the cap; then all teams may ask.
  const global = giveUp + attempt + backoffCap + backoffBase
  const slow = settings.slowInterval * 1.5
  // Canaries until one gets through, and each round of them that does at least doubles the credit.
  const ramp = Math.ceil(Math.log2(teams) + 1) * (defaults.canaryMax + 2 * roundTrip + 2 * turn)
  return {
    ...promptBoundsOf(settings, latency, teams),
    deadAfter,
    greetingTimeout: connectTimeout,
    untaken: settings.pongTimeout,
    sweep,
    close: drainTimeout + roundTrip,
    // Global, then one failure that was under way, the longest wait, and an attempt that succeeds. It may be turned away
    // by dial control since most fail: then there is a canary, and the others follow it, faster and faster.
    recovery: global + giveUp + attempt + Math.max(slow, backoffCap) + attempt + queue + ramp + attempt + queue,
    // A random wait up to the base, the turns of an ask and of a dial, and eight ways: cut or left, close, answer, join,
    // ask, offer, handshake, answer.
    promptReconnect: backoffBase + rounding + 2 * turn + 8 * way,
    shortestWait: backoffBase,
    shortestSlowWait: settings.slowInterval / 2,
    dialsPerSecond: Math.ceil(dialRate * (1 + lookEvery / 1_000)) + 1,
    dialsInFlight: maxDials,
    dialsBeforeOthersWait: maxDials - Math.floor(maxDials * defaults.slowShare),
    // The credit of three lanes; those that were let go before anything failed; and canaries.
    attemptsInVain: (seconds) => 3 * creditOf(teams) + teams + canariesIn(seconds),
    attempt,
    drain: drainTimeout + roundTrip
  }
}
