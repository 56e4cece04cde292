import { assert, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect, Fiber } from "effect"
import { app, PraiseBoard } from "../../examples/praiseBoard.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"

it.effect("the example counts who gives props, beside a fleet, and ends on goodbye", () =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const board = yield* PraiseBoard
    const running = yield* Effect.forkChild(app)
    yield* joined("red", "blue")
    yield* rehearsal.say("red", "props to blue")
    yield* rehearsal.say("red", "and props to all")
    yield* rehearsal.say("blue", "props back")
    yield* rehearsal.say("blue", "thanks")
    yield* pass("1 second")
    assert.deepStrictEqual(yield* board.top(2), [
      ["red", 2],
      ["blue", 1]
    ])
    yield* rehearsal.goodbye
    yield* pass("1 second")
    yield* Fiber.join(running)
    assert.strictEqual((yield* rehearsal.state).openSockets, 0)
  }).pipe(Effect.provide(PraiseBoard.layer), withFleet())
)
