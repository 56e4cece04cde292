import { layerWithoutSocket, type SettingsInput, type TeamId, TeamRegistry } from "botswain"
import { layerMemory, type MemoryOptions, Rehearsal } from "botswain/rehearsal"
import { type Duration, Effect, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import type { RehearsalState } from "../../src/rehearsal/RehearsalState.ts"
import { Socket } from "../../src/services/Socket.ts"
import { canFollow } from "../../src/services/TeamState.ts"

/** Dies, when the fleet has ended, of the first transition that the diagram of the states does not have. */
const followsTheDiagram = Layer.effectDiscard(
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const wrong: Array<string> = []
    yield* Effect.addFinalizer(() => (wrong.length === 0 ? Effect.void : Effect.die(new Error(wrong[0]))))
    yield* registry.observe(({ from, id, to }) => {
      if (!canFollow(from._tag, to._tag)) wrong.push(`team ${id} went from ${from._tag} to ${to._tag}`)
    })
  })
)

/** A fleet on the in-memory server, with the defaults but for what is named. `network` may stand before its sockets. */
export const fleetLayer = (
  settings: Partial<SettingsInput> = {},
  network: Layer.Layer<Socket, never, Socket> = Layer.effect(Socket, Socket),
  platform: MemoryOptions = {}
) =>
  Layer.provideMerge(
    followsTheDiagram,
    Layer.unwrap(Effect.map(Rehearsal, ({ globalUrl }) => layerWithoutSocket({ url: globalUrl, ...settings })))
  ).pipe(Layer.provide(network), Layer.provideMerge(layerMemory(platform)))

/** Runs a test with a fleet of its own, and the same chance each time. */
export const withFleet =
  (settings: Partial<SettingsInput> = {}, platform: MemoryOptions = {}) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    test.pipe(Effect.provide(fleetLayer(settings, undefined, platform)), Random.withSeed("botswain"))

/** Lets virtual time pass. */
export const pass = (time: Duration.Input) => TestClock.adjust(time)

const step = 50

/** Lets virtual time pass until the server's state is so; dies if it is not within the bound. */
export const eventually = Effect.fnUntraced(function* (
  what: string,
  predicate: (state: RehearsalState) => boolean,
  within = 20_000
) {
  const { state } = yield* Rehearsal
  for (let waited = 0; waited <= within; waited += step) {
    const now = yield* state
    if (predicate(now)) return now
    yield* TestClock.adjust(step)
  }
  return yield* Effect.die(new Error(`not within ${within} ms of virtual time: ${what}`))
})

/** Lets all happen that takes no time: an ask and a dial have turns of their own. */
export const settle = Effect.repeat(pass(0), { times: 4 })

/** Joins teams and waits until they are connected. */
export const joined = Effect.fnUntraced(function* (...ids: ReadonlyArray<TeamId>) {
  const rehearsal = yield* Rehearsal
  for (const id of ids) yield* rehearsal.join(id)
  yield* settle
  yield* eventually(`teams ${ids.join(", ")} are connected`, (state) =>
    ids.every((id) => state.team(id).openSockets === 1)
  )
})

/** Joins teams and waits until their connections are stable, so that their ladders start anew. */
export const stable = Effect.fnUntraced(function* (...ids: ReadonlyArray<TeamId>) {
  yield* joined(...ids)
  yield* pass("31 seconds")
})

/** What the registry says of a team's connection. */
export const stateOf = Effect.fnUntraced(function* (id: TeamId) {
  const registry = yield* TeamRegistry
  return registry.find(id)?.state._tag
})
