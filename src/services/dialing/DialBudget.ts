import { Context, Effect, Layer } from "effect"
import { LeakAudit } from "../LeakAudit.ts"
import { Settings } from "../Settings.ts"
import { type GateLoad, type Lane, makeGate, type TurnedAway } from "./Gate.ts"

/** What share of the dials in flight failing teams can never take. */
const reservedShare = 1 / 4

/** The fleet's budgets for asks and dials. Rule: the ladder of the protocol, last paragraph. */
export class DialBudget extends Context.Service<
  DialBudget,
  {
    /** Waits for the turn to ask for an offer: at most `dialRate` asks a second, so that offers do not grow old in a queue. */
    readonly awaitAsk: (lane: Lane) => Effect.Effect<void>
    /**
     * Runs a dial when it may start: at most `maxDials` in flight and `dialRate` begun a second. `mayStart` is asked when
     * it enters and when its turn comes, and must be quick; a dial that it turns away takes neither place nor pace.
     */
    readonly dial: (
      lane: Lane,
      mayStart?: () => boolean
    ) => <A, E, R>(dial: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TurnedAway, R>
    /** The dials at this instant, and the asks that wait. */
    readonly load: () => { readonly dials: GateLoad; readonly asksWaiting: number }
  }
>()("botswain/services/dialing/DialBudget") {
  static readonly layer: Layer.Layer<DialBudget, never, Settings> = Layer.effect(
    DialBudget,
    Effect.gen(function* () {
      const { dialRate, maxDials } = yield* Settings
      const asks = yield* makeGate({ rate: dialRate, inFlight: Infinity, reserved: 0 })
      const dials = yield* makeGate({
        rate: dialRate,
        inFlight: maxDials,
        reserved: Math.floor(maxDials * reservedShare)
      })
      const { add } = yield* LeakAudit
      add({ what: "dials in flight", until: "drained", count: () => dials.load().inFlight })
      add({ what: "dials that wait", until: "drained", count: () => dials.load().waiting })
      add({ what: "asks that wait for their turn", until: "drained", count: () => asks.load().waiting })
      return {
        awaitAsk: asks.wait,
        dial: (lane, mayStart) => dials.pass(lane, mayStart),
        load: () => ({ dials: dials.load(), asksWaiting: asks.load().waiting })
      }
    })
  )
}
