// A process of its own, for names.test.ts: prints when 400 who ask for one slow name have its address.
import { Effect, Layer } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import { NameLookups } from "../../src/services/NameLookups.ts"
import { Socket } from "../../src/services/Socket.ts"
import { endpointOf, settings } from "../support/settings.ts"

const program = Effect.gen(function* () {
  const { resolve } = yield* Socket
  const { load } = yield* NameLookups
  const ask = resolve!(endpointOf("ws://one.slow.test/"))
  const asks = Array.from({ length: 400 }, () => ask)
  const [took, answers] = yield* Effect.timed(Effect.all(asks, { concurrency: "unbounded" }))
  process.stdout.write(JSON.stringify({ took, answers, load: load() }))
})

await Effect.runPromise(Effect.provide(program, Layer.provide(SocketNet.layer, settings())))
