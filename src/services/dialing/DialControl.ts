import { Clock, Context, Effect, Exit, Layer, Random, Result } from "effect"
import type { Endpoint } from "../../wire/Endpoint.ts"
import { Descriptors } from "../Descriptors.ts"
import { DialError } from "../DialError.ts"
import type { GlobalDown } from "../GlobalLink.ts"
import { LeakAudit } from "../LeakAudit.ts"
import { LogThrottle } from "../LogThrottle.ts"
import { monotonicMillis } from "../monotonic.ts"
import type { AskFailed } from "../Offers.ts"
import { Settings } from "../Settings.ts"
import { Stats } from "../Stats.ts"
import { TeamRegistry } from "../TeamRegistry.ts"
import { makeLine } from "./Line.ts"
import { askOutcome, dialOutcome } from "./outcomes.ts"
import { DialPolicy, type DialTuning, ofAsks, type Shut } from "./policy/DialPolicy.ts"
import type { Turn } from "./Turn.ts"

/** Changes of the policy's constants. The fleet has none; a simulation with few teams spends less credit. */
export const Tuning = Context.Reference<Partial<DialTuning>>("botswain/services/dialing/DialControl/Tuning", {
  defaultValue: () => ({})
})

/** Asks in flight: as good as unlimited, since each team has one. */
const mostAsks = 1_000_000

/** Key of Global as what answers asks. */
const global = "Global"

/** What is under way at this instant, and what waits for its turn. */
export interface DialLoad {
  /** Handshakes of teams that are under way, and those that wait. */
  readonly dials: { readonly inFlight: number; readonly waiting: number }
  readonly asksWaiting: number
}

/** Called when a turn is held up because others have failed, with what the last of them died of. */
export type OnHeld = (why: string) => void

/**
 * Dial control: decides who may ask and who may dial, and when, so that healthy teams never wait for failing ones, and the
 * platform is dialled as fast as it bears and no faster. It carries out what two policies decide, one over the hosts that teams
 * dial, one over Global as what answers asks; docs/dialing.md explains them. Rule: the ladder of the protocol.
 */
export class DialControl extends Context.Service<
  DialControl,
  {
    /** Runs an ask when its turn has come, and learns from how it ends. */
    readonly ask: (
      turn: Turn,
      onHeld: OnHeld
    ) => <A, E extends AskFailed | GlobalDown>(ask: Effect.Effect<A, E>) => Effect.Effect<A, E>
    /**
     * Runs a dial of an endpoint when its turn has come, and learns from how it fails. That it succeeds is learnt from the first
     * frame: until then it is in flight. An error that is no `DialError` blames nobody, as does an interruption.
     */
    readonly dial: (
      turn: Turn,
      endpoint: Endpoint,
      onHeld: OnHeld
    ) => <A, E>(dial: Effect.Effect<A, E>) => Effect.Effect<A, E>
    /** Learns, in the instant in which a team's turn to dial has come, that its offer has to be renewed first. */
    readonly renewing: (turn: Turn) => void
    /** Waits until a team whose offer has been renewed may dial. False if its place was given to another meanwhile. */
    readonly awaitPace: (turn: Turn) => Effect.Effect<boolean>
    /** Learns that a team's handshake has been answered. */
    readonly answered: (turn: Turn) => void
    /** Learns that a team's connection has had its first frame. Synchronous, because connections tell it from their callbacks. */
    readonly greeted: (turn: Turn) => void
    /** Learns that a team's connection has ended by no wish of ours. `isSilent`: its peer was declared dead. */
    readonly ended: (turn: Turn, why: string, isSilent: boolean) => void
    /** Forgets a team whose session is over, or whose connection we have closed. */
    readonly leave: (turn: Turn) => void
    /** Learns that there is news of the platform, a new Global connection: all that is held up is tried once. */
    readonly news: () => void
    readonly load: () => DialLoad
  }
>()("botswain/services/dialing/DialControl") {
  static readonly layer: Layer.Layer<DialControl, never, Descriptors | LogThrottle | Settings | Stats | TeamRegistry> =
    Layer.effect(
      DialControl,
      Effect.gen(function* () {
        const { dialRate, maxDials } = yield* Settings
        const registry = yield* TeamRegistry
        const descriptors = yield* Descriptors
        const stats = yield* Stats
        const throttle = yield* LogThrottle
        const clock = yield* Clock.Clock
        const tuning = yield* Tuning
        const random = yield* Random.Random
        const draw = () => random.nextDoubleUnsafe()
        const asks = new DialPolicy<Turn>({ maxInFlight: mostAsks, maxRate: dialRate }, draw, { ...ofAsks, ...tuning })
        const dials = new DialPolicy<Turn>({ maxInFlight: maxDials, maxRate: dialRate }, draw, tuning)
        let sockets = 0
        // Those that ask come and go; what is known of Global stays.
        asks.keep(global, monotonicMillis(clock))

        const { add } = yield* LeakAudit
        add({ what: "asks that wait for their turn", until: "drained", count: () => asks.waiting })
        add({ what: "dials that wait", until: "drained", count: () => dials.waiting })
        add({ what: "dials in flight", until: "drained", count: () => dials.inFlight })
        add({ what: "sockets that are counted", until: "drained", count: () => sockets })

        const wake = ({ team }: Turn) => registry.retryNow(team)
        const shut =
          (message: string) =>
          ({ key, why }: Shut<Turn>) => {
            stats.tally("circuit.opened")
            return throttle.warn("circuit opened", message, { target: key, lastFailure: why })
          }
        const askLine = yield* makeLine({
          policy: asks,
          room: () => Infinity,
          wake,
          shut: shut("most asks fail: a few go in place of all")
        })
        const dialLine = yield* makeLine({
          policy: dials,
          room: () => descriptors.room(sockets),
          wake,
          shut: shut("most dials to a host fail: a few go in place of all")
        })

        const dropAsk = (turn: Turn) => {
          if (turn.ask !== undefined) asks.leave(turn.ask)
          turn.ask = undefined
        }

        const dropDial = (turn: Turn) => {
          if (turn.dial !== undefined) dials.leave(turn.dial)
          turn.dial = undefined
        }

        const freeSocket = (turn: Turn) => {
          if (turn.hasSocket) sockets--
          turn.hasSocket = false
        }

        const askEnded = (turn: Turn, exit: Exit.Exit<unknown, AskFailed | GlobalDown>) => {
          const { ask } = turn
          turn.giveUp = undefined
          if (ask === undefined) return
          askLine.tell((now) => {
            if (Exit.isSuccess(exit)) {
              asks.outcome(ask, "opened", now)
              turn.hasBeenOffered = true
              return dropAsk(turn)
            }
            const error = Exit.findError(exit)
            if (Result.isFailure(error)) return asks.withdraw(ask)
            const isConfirmed = registry.find(turn.team)?.isConfirmed !== false
            const outcome = askOutcome(error.success, isConfirmed)
            if (outcome === undefined) return asks.withdraw(ask)
            asks.outcome(ask, outcome, now, error.success.message)
            if (outcome === "opened") dropAsk(turn)
          })
        }

        const dialFailed = (turn: Turn, exit: Exit.Exit<unknown, unknown>) => {
          const { dial } = turn
          turn.giveUp = undefined
          freeSocket(turn)
          if (dial === undefined) return
          dialLine.tell((now) => {
            const error = Exit.findError(exit)
            const failure = Result.isSuccess(error) ? error.success : undefined
            const outcome = dialOutcome(failure)
            if (outcome === undefined || !(failure instanceof DialError)) return dials.withdraw(dial)
            if (outcome === "local") descriptors.ranOut(failure.detail)
            if (failure.retryAfter !== undefined) dials.retryAfter(dial, now + failure.retryAfter)
            dials.outcome(dial, outcome, now, failure.message)
          })
        }

        return {
          ask: (turn, onHeld) => (ask) =>
            Effect.suspend(() => {
              if (turn.dial !== undefined) dials.roused(turn.dial)
              const candidate = (turn.ask ??= asks.enter(global, turn, monotonicMillis(clock), turn.hasBeenOffered))
              return Effect.onExitPrimitive(
                Effect.flatMap(askLine.awaitTurn(candidate, onHeld), () => ask),
                (exit) => {
                  askEnded(turn, exit)
                  return undefined
                }
              )
            }),
          dial: (turn, endpoint, onHeld) => (dial) =>
            Effect.suspend(() => {
              // An offer that came unasked may have spared it the ask.
              dropAsk(turn)
              if (turn.dial !== undefined && turn.dial.key !== endpoint.host) dropDial(turn)
              const candidate = (turn.dial ??= dials.enter(endpoint.host, turn, monotonicMillis(clock)))
              return Effect.onExitPrimitive(
                Effect.flatMap(dialLine.awaitTurn(candidate, onHeld), () => {
                  turn.hasSocket = true
                  sockets++
                  return dial
                }),
                (exit) => {
                  if (Exit.isFailure(exit)) dialFailed(turn, exit)
                  return undefined
                }
              )
            }),
          renewing: ({ dial }) => {
            if (dial !== undefined) dials.renewing(dial)
          },
          awaitPace: ({ dial }) =>
            dial?.isInFlight === true ? Effect.as(dialLine.awaitPace(dial), true) : Effect.succeed(false),
          answered: ({ dial }) => {
            if (dial !== undefined) dials.answered(dial)
          },
          greeted: (turn) => {
            const { dial } = turn
            turn.giveUp = undefined
            if (dial !== undefined) dialLine.tell((now) => dials.outcome(dial, "opened", now))
          },
          ended: (turn, why, isSilent) => {
            const { dial } = turn
            turn.giveUp = undefined
            freeSocket(turn)
            if (dial === undefined) return
            dialLine.tell((now) => {
              if (dial.isInFlight) dials.outcome(dial, isSilent ? "timeout" : "refused", now, why)
              else dials.lost(dial, now)
            })
          },
          leave: (turn) => {
            freeSocket(turn)
            if (turn.ask !== undefined) askLine.tell(() => dropAsk(turn))
            if (turn.dial !== undefined) dialLine.tell(() => dropDial(turn))
          },
          news: () => {
            askLine.tell((now) => asks.news(now))
            dialLine.tell((now) => dials.news(now))
          },
          load: () => ({
            dials: { inFlight: dials.inFlight, waiting: dials.waiting },
            asksWaiting: asks.waiting
          })
        }
      })
    )
}
