import { Effect, Layer, Scope, Stream } from "effect"
import { DialControl } from "../../../src/services/dialing/DialControl.ts"
import { Inbox } from "../../../src/services/Inbox.ts"
import { KeepAlive } from "../../../src/services/KeepAlive.ts"
import { Offers } from "../../../src/services/Offers.ts"
import { TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Provides a Scope that nobody closes. */
const inNoScope = <A, E, R>(effect: Effect.Effect<A, E, R | Scope.Scope>) =>
  Effect.flatMap(Scope.make(), (scope) => Scope.provide(effect, scope))

/** Subscribes, and reads what comes first. */
const readsOnce = <A>(stream: Stream.Stream<A>) =>
  Effect.flatMap(Stream.toPull(stream), (pull) => Effect.forkDetach(Effect.ignore(pull), { startImmediately: true }))

/** Bugs of what is held for teams and not given back: no fiber and no timer shows them. */
export const holdingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "an observer that outlives its team",
    invariant: "no-leak",
    detail: /observers of the registry are left/,
    within: 5,
    standIn: decorate(TeamRegistry, (registry) => ({
      ...registry,
      join: (id) => Effect.andThen(inNoScope(registry.observe(() => {})), registry.join(id))
    }))
  },
  {
    bug: "a subscription that outlives the fleet",
    invariant: "no-leak",
    detail: /observers of the registry are left/,
    within: 5,
    standIn: decorate(TeamRegistry, (registry) => ({
      ...registry,
      join: (id) => Effect.andThen(inNoScope(readsOnce(registry.changes)), registry.join(id))
    }))
  },
  {
    bug: "offers that outlive their team",
    invariant: "no-leak",
    detail: /offers that are remembered are left after goodbye/,
    within: 10,
    standIn: decorate(Offers, (offers) => ({ ...offers, drop: () => Effect.void }))
  },
  {
    bug: "a peer that is watched after its connection has ended",
    invariant: "no-leak",
    detail: /peers that are watched are left after goodbye/,
    within: 10,
    standIn: decorate(KeepAlive, (keepAlive) => ({ ...keepAlive, release: () => {} }))
  },
  {
    bug: "a place among the dials that is taken for good",
    invariant: "no-leak",
    detail: /sockets that are counted are left/,
    within: 10,
    standIn: decorate(DialControl, (control) => ({ ...control, leave: () => {} }))
  },
  {
    bug: "a reader that waits at the inbox after the fleet has ended",
    invariant: "no-leak",
    detail: /readers of the inbox are left/,
    within: 20,
    standIn: Layer.effectDiscard(
      Inbox.use((inbox) => Effect.forkDetach(Effect.forever(inbox.turn(() => Effect.void)), { startImmediately: true }))
    )
  }
]
