import { Clock, Effect, type Scope, Stream } from "effect"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { FeedEvent } from "./api/FeedEvent.ts"
import { FleetHistory } from "./FleetHistory.ts"
import { makeFleetView, troubleOf } from "./fleetView.ts"
import { makeTeamViews, phaseOf } from "./teamView.ts"

/** Readers at the same time. */
export const mostReaders = 32
/** Between two events of changed cells, and between two of the fleet. In milliseconds. */
const cellsEach = 250
const tickEach = 1_000

/**
 * What a reader has yet to be told: which teams have changed, not how often. However slow a reader is, it is behind by
 * one entry a team, and the next that it reads is how the team is by then.
 */
interface Reader {
  changed: Set<TeamId>
  lastTick: number
}

/** The live feed of the admin surface. */
export const makeFeed = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const history = yield* FleetHistory
  const clock = yield* Clock.Clock
  const fleetView = yield* makeFleetView
  const { row } = yield* makeTeamViews
  const readers = new Set<Reader>()

  yield* registry.observe(({ id }) => {
    for (const { changed } of readers) changed.add(id)
  })

  const phaseNow = (id: TeamId) => {
    const team = registry.find(id)
    return team === undefined ? ("gone" as const) : phaseOf(team)
  }

  const tick = () => {
    const { minutes, seconds } = history.past()
    return {
      type: "tick" as const,
      fleet: fleetView(),
      second: seconds.at(-1) ?? null,
      minute: minutes.at(-1) ?? null,
      trouble: troubleOf(registry.roster(), row)
    }
  }
  /** One for all readers of the same moment. */
  let lastTick: (FeedEvent & { readonly type: "tick" }) | undefined
  const tickNow = (now: number) => {
    if (lastTick === undefined || now - lastTick.fleet.at >= tickEach / 2) lastTick = tick()
    return lastTick
  }

  const snapshot = (): FeedEvent => {
    const { fleet, trouble } = tick()
    const { minutes, seconds } = history.past()
    const wanted = registry.roster().filter((team) => team.wanted)
    return {
      type: "snapshot",
      fleet,
      trouble,
      cells: wanted.map((team) => [team.id, phaseOf(team)] as const),
      past: { minutes: minutes.slice(), seconds: seconds.slice() }
    }
  }

  const next = (reader: Reader) =>
    Effect.map(Effect.sleep(cellsEach), (): ReadonlyArray<FeedEvent> => {
      const at = clock.currentTimeMillisUnsafe()
      const events: Array<FeedEvent> = []
      if (reader.changed.size > 0) {
        events.push({ type: "cells", at, cells: Array.from(reader.changed, (id) => [id, phaseNow(id)] as const) })
        reader.changed = new Set()
      }
      if (at - reader.lastTick >= tickEach) {
        events.push(tickNow(at))
        reader.lastTick = at
      }
      return events
    })

  const register: Effect.Effect<Reader, never, Scope.Scope> = Effect.acquireRelease(
    Effect.sync(() => {
      const reader: Reader = { changed: new Set(), lastTick: clock.currentTimeMillisUnsafe() }
      readers.add(reader)
      return reader
    }),
    (reader) => Effect.sync(() => readers.delete(reader))
  )

  return {
    fleetView,
    /** Everything, then what changes. It is made as it is read: nothing waits for a reader that does not. */
    events: (reader: Reader): Stream.Stream<FeedEvent> =>
      Stream.concat(
        Stream.fromEffect(Effect.sync(snapshot)),
        Stream.flattenIterable(Stream.fromEffectRepeat(next(reader)))
      ),
    register,
    readers: () => readers.size
  }
})
