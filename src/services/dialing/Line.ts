import { Clock, Effect, type Scope } from "effect"
import { monotonicMillis } from "../monotonic.ts"
import { makeAlarm } from "./Alarm.ts"
import type { Candidate, DialPolicy, Shut } from "./policy/DialPolicy.ts"
import type { Turn } from "./Turn.ts"

/**
 * Milliseconds from one look that lets something begin to the next. Those that begin together share their reads and writes:
 * one by one a dial was measured to cost twice the CPU, and in batches of half the time a sixth more.
 */
export const lookEvery = 50

/** Starts in that time that are let go as they come: so few gain nothing from company. */
const fewAtOnce = 5

/** What a policy decides, carried out: the fibers that wait for it begin, give up, and are woken. */
export interface Line {
  /** Waits for the turn. `onHeld` is called if it may take time because others fail: with what they died of. */
  readonly awaitTurn: (candidate: Candidate<Turn>, onHeld: (why: string) => void) => Effect.Effect<void>
  /** Waits, after the turn, until a start whose offer has been renewed may go on. */
  readonly awaitPace: (candidate: Candidate<Turn>) => Effect.Effect<void>
  /** Tells the policy a fact, and looks soon at what follows from it. `now`: in {@link monotonicMillis}. */
  readonly tell: (fact: (now: number) => void) => void
}

/** What a line needs of the services around it. */
export interface LineOptions {
  readonly policy: DialPolicy<Turn>
  /** Starts that our own machine has room for. */
  readonly room: () => number
  /** Ends a team's wait for its next attempt. */
  readonly wake: (turn: Turn) => Effect.Effect<void>
  /** Tells that a target is down to canaries. */
  readonly shut: (target: Shut<Turn>) => Effect.Effect<void>
}

/** Makes a line, which runs until the Scope closes. */
export const makeLine = Effect.fnUntraced(function* ({
  policy,
  room,
  shut,
  wake
}: LineOptions): Effect.fn.Return<Line, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  let batchAt = -Infinity
  let begun = 0

  const look = (late: number) => {
    const now = monotonicMillis(clock)
    const { at, giveUp, resume, shut: shutDown, start, wake: rested } = policy.next(now, room(), late)
    if (now - batchAt >= lookEvery) {
      batchAt = now
      begun = 0
    }
    begun += start.length
    // All is decided by now: what follows may tell the policy more.
    for (const { team } of giveUp) team.giveUp?.()
    for (const { team } of resume) team.begin?.()
    for (const { team } of start) team.begin?.()
    for (const { waiters, why } of shutDown) for (const { team } of waiters) team.hold?.(why)
    alarm.set(at)
    if (rested.length + shutDown.length === 0) return Effect.void
    return Effect.andThen(
      Effect.forEach(shutDown, shut, { discard: true }),
      Effect.forEach(rested, ({ team }) => wake(team), { discard: true })
    )
  }
  const alarm = yield* makeAlarm(look)

  const tell = (fact: (now: number) => void) => {
    const now = monotonicMillis(clock)
    fact(now)
    alarm.set(Math.max(policy.dueAt(now), begun < fewAtOnce ? now : batchAt + lookEvery))
  }

  /** Waits until the policy lets a team begin, after it has been told so. */
  const awaitBegin = (team: Turn, told: () => void): Effect.Effect<void> =>
    Effect.callback((resume) => {
      team.begin = () => {
        team.begin = undefined
        team.hold = undefined
        resume(Effect.void)
      }
      told()
    })

  return {
    tell,
    awaitPace: (candidate) => awaitBegin(candidate.team, () => tell(() => policy.renewed(candidate))),
    awaitTurn: (candidate, onHeld) =>
      awaitBegin(candidate.team, () => {
        candidate.team.hold = onHeld
        tell((now) => policy.ready(candidate, now))
        const trouble = policy.troubleOf(candidate)
        if (trouble !== undefined) onHeld(trouble.why)
      })
  }
})
