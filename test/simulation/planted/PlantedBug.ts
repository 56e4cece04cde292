import { type Context, Effect, Layer } from "effect"
import type { StandIn } from "../../../src/main/simulatedFleet.ts"
import { type Connection, type Receiver, Socket } from "../../../src/services/Socket.ts"
import type { Invariant } from "../../../src/simulation/Violation.ts"
import { passOn } from "../../support/passOn.ts"

/** A bug that someone could make, and the invariant that should find it. */
export interface Planted {
  readonly bug: string
  readonly invariant: Invariant
  /** Found in the story of one of so many seeds, from 1 on. */
  readonly within: number
  readonly standIn: StandIn
  /** What it is found by, where the invariant alone does not tell. */
  readonly says?: RegExp
  /** Teams at most; default: a few. */
  readonly teams?: number
}

/** A service in front of the fleet's own. */
export const inFrontOf = <I, S>(key: Context.Key<I, S>, change: (service: S) => S): StandIn =>
  Layer.effect(key, Effect.map(Effect.service(key), change)) as never

/** The fleet's socket, with connections and receivers that are changed. */
export const changedSocket = (change: {
  readonly connection?: (connection: Connection) => Partial<Connection>
  readonly receiver?: (receiver: Receiver) => Partial<Receiver>
}): StandIn =>
  inFrontOf(Socket, (socket) => ({
    connect: (request, receiver) => {
      const heard: Receiver = {
        onFrame: (frame) => receiver.onFrame(frame),
        onControl: () => receiver.onControl(),
        onClosed: (closed) => receiver.onClosed(closed),
        ...change.receiver?.(receiver)
      }
      return Effect.map(socket.connect(request, heard), (connection) => ({
        ...passOn(connection),
        ...change.connection?.(connection)
      }))
    }
  }))
