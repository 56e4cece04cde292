import { Clock, Effect, type Scope, Stream } from "effect"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { FeedEvent } from "./api/FeedEvent.ts"
import { FleetHistory } from "./FleetHistory.ts"
import { makeFleetView, troubleOf } from "./fleetView.ts"
import { makeTeamViews, phaseOf } from "./teamView.ts"

/** Readers at the same time, at most. */
export const mostReaders = 32
/** Time between two events of changed cells. In milliseconds. */
const cellsEach = 250
/** Time between two events of the whole fleet. In milliseconds. */
const tickEach = 1_000

/**
 * Backlog of one reader: which teams have changed, not how often. However slow a reader is, it holds one entry a team, and
 * the next cell that it reads is how the team is by then.
 */
interface Reader {
  changed: Set<TeamId>
  lastTick: number
}

/** Makes the live feed of the admin surface: events of `/api/events`, for any number of readers. */
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
  /** Shared by all readers of the same moment. */
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
    /** Streams a snapshot, then what changes. Events are made as they are read, so that none waits for a slow reader. */
    events: (reader: Reader): Stream.Stream<FeedEvent> =>
      Stream.concat(
        Stream.fromEffect(Effect.sync(snapshot)),
        Stream.flattenIterable(Stream.fromEffectRepeat(next(reader)))
      ),
    /** Adds a reader, until the Scope closes. */
    register,
    readers: () => readers.size
  }
})
