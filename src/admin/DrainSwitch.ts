import { Context, Deferred, Effect, Layer } from "effect"

/** Switch by which an operator drains the fleet and ends the run. */
export class DrainSwitch extends Context.Service<
  DrainSwitch,
  {
    /** Asks for the drain. Idempotent; returns at once. */
    readonly pull: Effect.Effect<void>
    /** Waits until the drain is asked for. */
    readonly pulled: Effect.Effect<void>
  }
>()("botswain/admin/DrainSwitch") {
  static readonly layer: Layer.Layer<DrainSwitch> = Layer.effect(
    DrainSwitch,
    Effect.map(Deferred.make<void>(), (pulled) => ({
      pull: Effect.asVoid(Deferred.succeed(pulled, undefined)),
      pulled: Deferred.await(pulled)
    }))
  )
}
