import { Context, Deferred, Effect, Layer } from "effect"

/** Ends the run in peace, on an operator's word. */
export class DrainSwitch extends Context.Service<
  DrainSwitch,
  {
    /** Idempotent. Returns at once. */
    readonly pull: Effect.Effect<void>
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
