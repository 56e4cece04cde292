import { Effect, Layer, Stream } from "effect"
import { Inbox } from "../services/Inbox.ts"

/** For a fleet that only counts: messages go nowhere, and none is counted as lost. */
export const layer: Layer.Layer<Inbox> = Layer.succeed(Inbox, {
  offer: () => {},
  messages: Stream.never,
  turn: () => Effect.never
})
