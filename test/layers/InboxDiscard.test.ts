import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as InboxDiscard from "../../src/layers/InboxDiscard.ts"
import { Inbox } from "../../src/services/Inbox.ts"

describe("InboxDiscard", () => {
  it.effect("hands no message to anyone", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox
      const readers = [Stream.runDrain(inbox.messages), inbox.turn(() => Effect.void)]
      const fibers = yield* Effect.forEach(readers, (reader) => Effect.forkChild(reader, { startImmediately: true }))
      inbox.offer("a", "one")
      yield* Effect.yieldNow
      for (const fiber of fibers) assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interruptAll(fibers)
    }).pipe(Effect.provide(InboxDiscard.layer))
  )
})
