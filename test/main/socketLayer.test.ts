import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import { WsConnection } from "../../src/layers/ws/WsConnection.ts"
import { socketLayerOn } from "../../src/main/socketLayer.ts"
import { Socket } from "../../src/services/Socket.ts"
import { NetConnection } from "../../src/websocket/NetConnection.ts"
import { endpointOf, settings } from "../support/settings.ts"

const connectionOn = (runtime: Record<string, string>) =>
  Socket.use(({ connect }) =>
    connect(
      { endpoint: endpointOf("ws://name.invalid/"), allowsAddress: () => true },
      { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }
    )
  ).pipe(
    Effect.tap((connection) => Effect.sync(() => connection.terminate())),
    Effect.provide(Layer.provide(socketLayerOn(runtime), settings()))
  )

describe("the sockets of a fleet", () => {
  it.live("are our own client's on Node", () =>
    Effect.gen(function* () {
      assert.strictEqual(socketLayerOn({ node: "26.0.0" }), SocketNet.layer)
      assert.instanceOf(yield* connectionOn({ node: "26.0.0" }), NetConnection)
    })
  )

  it.live("are those of ws on Bun, which says that it is a Node as well", () =>
    Effect.gen(function* () {
      assert.instanceOf(yield* connectionOn({ node: "24.3.0", bun: "1.3.0" }), WsConnection)
    })
  )
})
