import { type Context, Effect, Layer } from "effect"
import type { StandIn } from "../../../src/main/simulatedFleet.ts"
import { type Connection, type Receiver, Socket } from "../../../src/services/Socket.ts"
import type { Invariant } from "../../../src/simulation/Violation.ts"
import { passOn } from "../../support/passOn.ts"

/** Bug that someone could make, with the invariant that should find it. */
export interface PlantedBug {
  readonly bug: string
  readonly invariant: Invariant
  /** Number of seeds, from 1 on, within which it is found. */
  readonly within: number
  readonly standIn: StandIn
  /** Stands in front of the fleet's journal, where it has one. */
  readonly journal?: Layer.Layer<never>
  /** Detail of the violation, where the invariant alone does not tell. */
  readonly detail?: RegExp
  /** Number of teams, at most. Default: a few. */
  readonly teams?: number
}

/** Replaces a service of the fleet by one made of it. */
export const decorate = <I, S>(key: Context.Key<I, S>, change: (service: S) => S): StandIn =>
  Layer.effect(key, Effect.map(Effect.service(key), change)) as never

/** Replaces parts of the connections and receivers of the fleet's socket. */
export const decorateSocket = (change: {
  readonly connection?: (connection: Connection) => Partial<Connection>
  readonly receiver?: (receiver: Receiver) => Partial<Receiver>
}): StandIn =>
  decorate(Socket, (socket) => ({
    ...socket,
    connect: (request, receiver) => {
      const heard: Receiver = {
        onFrame: (frame) => receiver.onFrame(frame),
        onControl: () => receiver.onControl(),
        onPart: () => receiver.onPart?.(),
        onClosed: (closed) => receiver.onClosed(closed),
        ...change.receiver?.(receiver)
      }
      return Effect.map(socket.connect(request, heard), (connection) => ({
        ...passOn(connection),
        ...change.connection?.(connection)
      }))
    }
  }))
