import { Effect, Fiber, Layer, Semaphore } from "effect"
import type { StandIn } from "../../../src/main/simulatedFleet.ts"
import { DialError } from "../../../src/services/DialError.ts"
import { Socket } from "../../../src/services/Socket.ts"
import { decorateSocket, type PlantedBug } from "./PlantedBug.ts"

/** Looks names up two at a time, in the order in which they are asked for, and goes on when nobody waits any more. */
const lookUpInLine: StandIn = Layer.effect(
  Socket,
  Effect.gen(function* () {
    const socket = yield* Socket
    const { resolve } = socket
    if (resolve === undefined) return socket
    const threads = yield* Semaphore.make(2)
    return {
      ...socket,
      resolve: (endpoint, urgent) =>
        Effect.flatMap(Effect.forkDetach(threads.withPermits(1)(resolve(endpoint, urgent))), Fiber.join)
    }
  })
)

/** Bugs of what the machine lacks that the fleet runs on. */
export const machineBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "look-ups without a bound",
    invariant: "prompt",
    within: 100,
    standIn: lookUpInLine
  },
  {
    bug: "a lack of descriptors that is held against the host",
    invariant: "prompt",
    within: 300,
    standIn: decorateSocket({
      connection: ({ opened }) => ({
        opened: Effect.mapError(opened, (error) =>
          error.reason === "local" ? new DialError({ reason: "unreachable", detail: error.detail }) : error
        )
      })
    })
  }
]
