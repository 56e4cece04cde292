import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Layer, Random } from "effect"
import { unknownName } from "../../../src/services/DialError.ts"
import { Socket } from "../../../src/services/Socket.ts"
import { eventually, fleetLayer, pass } from "../../support/fleet.ts"

/** What has happened, and when. */
type Story = Array<readonly [at: number, what: string]>

/** A network whose look-ups take seven seconds, and find nothing the first time. It writes down what happens. */
const slowNames = (story: Story) =>
  Layer.effect(
    Socket,
    Effect.gen(function* () {
      const { connect } = yield* Socket
      const clock = yield* Clock.Clock
      const tell = (what: string) => void story.push([clock.currentTimeMillisUnsafe(), what])
      return Socket.of({
        resolve: (_endpoint, urgent) => {
          tell(`asked, ${urgent === true ? "urgently" : "not urgently"}`)
          const answer = story.length === 1 ? Effect.fail(unknownName("EAI_AGAIN")) : Effect.succeed(["192.0.2.1"])
          return Effect.delay(answer, 7000)
        },
        connect: (request, receiver) =>
          Effect.tap(connect(request, receiver), (connection) => {
            tell(`dialled ${request.addresses?.join(" ")}`)
            return Effect.forkDetach(
              Effect.andThen(
                connection.closed,
                Effect.sync(() => tell("given up"))
              )
            )
          })
      })
    })
  )

describe("the Global connection's name", () => {
  it.effect("is looked up urgently, before the dial and within the same connect timeout", () => {
    const story: Story = []
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.hangDials({ of: "global" })
      yield* pass("20 seconds")
      const [first, second, dial, end] = story
      assert.deepStrictEqual(first, [0, "asked, urgently"])
      // The back-off after the failure has jitter.
      const asked = second![0]
      assert.isAbove(asked, 7000)
      assert.deepStrictEqual(
        [second, dial, end],
        [
          [asked, "asked, urgently"],
          [asked + 7000, "dialled 192.0.2.1"],
          [asked + 10_000, "given up"]
        ]
      )
      yield* rehearsal.acceptDials
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
    }).pipe(Effect.provide(fleetLayer({}, slowNames(story))), Random.withSeed("botswain"))
  })
})
