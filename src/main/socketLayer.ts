import { Effect, Layer } from "effect"
import * as SocketNet from "../layers/SocketNet.ts"

/**
 * Real WebSockets for a runtime: our own client, except on Bun, whose `node:net` differs in what the client builds on
 * (`onread`, the order of events).
 */
export const socketLayerOn = (runtime: { readonly [name: string]: string | undefined }) =>
  runtime["bun"] === undefined
    ? SocketNet.layer
    : // Loaded only there.
      Layer.unwrap(
        Effect.map(
          Effect.promise(() => import("../layers/SocketWs.ts")),
          ({ layer }) => layer
        )
      )

/** Real WebSockets for the runtime that this is. */
export const socketLayer = socketLayerOn(process.versions)
