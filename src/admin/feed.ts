import { Cause, Clock, Deferred, Effect, type Scope, Stream } from "effect"
import { monotonicMillis } from "../services/monotonic.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { FeedEvent } from "./api/FeedEvent.ts"
import { FeedReaders, type Reader } from "./FeedReaders.ts"
import { FleetHistory } from "./FleetHistory.ts"
import { makeFleetView, troubleOf } from "./fleetView.ts"
import { LoopShare } from "./LoopShare.ts"
import { makeTeamViews, phaseOf } from "./teamView.ts"

/** Time between two events of changed cells. In milliseconds. */
const cellsEach = 250
/** Time between two events of the whole fleet. In milliseconds. */
const tickEach = 1_000
/** Points of each timeline that a tick has: more than come between two ticks, which are at times late. */
const newestSeconds = 5
const newestMinutes = 2

const encoder = new TextEncoder()

/** Writes an event as server-sent events have it. */
const written = (event: FeedEvent): Uint8Array => encoder.encode(`data: ${JSON.stringify(event)}\n\n`)

/** Makes the live feed of the admin surface: events of `/api/events` as they are sent. */
export const makeFeed = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const history = yield* FleetHistory
  const share = yield* LoopShare
  const clock = yield* Clock.Clock
  const fleetView = yield* makeFleetView
  const { row } = yield* makeTeamViews
  const readers = new FeedReaders()
  const now = () => monotonicMillis(clock)

  yield* registry.observe(({ id }) => readers.note(id))

  const phaseNow = (id: TeamId) => {
    const team = registry.find(id)
    return team === undefined ? ("gone" as const) : phaseOf(team)
  }

  /** Shared by all readers of the same moment. */
  let newestTick: { readonly at: number; readonly bytes: Uint8Array } = { at: -Infinity, bytes: new Uint8Array() }
  const tick = (at: number): Uint8Array => {
    if (at - newestTick.at >= tickEach / 2) {
      const { minutes, seconds } = history.past()
      const bytes = written({
        type: "tick",
        fleet: fleetView(),
        newest: { seconds: seconds.slice(-newestSeconds), minutes: minutes.slice(-newestMinutes) },
        trouble: troubleOf(registry.roster(), row)
      })
      newestTick = { at, bytes }
    }
    return newestTick.bytes
  }

  const snapshot = (): Uint8Array => {
    const { minutes, seconds } = history.past()
    const wanted = registry.roster().filter((team) => team.wanted)
    return written({
      type: "snapshot",
      fleet: fleetView(),
      trouble: troubleOf(registry.roster(), row),
      cells: wanted.map((team) => [team.id, phaseOf(team)] as const),
      past: { minutes, seconds }
    })
  }

  const changesFor = (reader: Reader): Uint8Array => {
    if (reader.isBehind) {
      reader.isBehind = false
      return snapshot()
    }
    const cells = Array.from(reader.changed, (id) => [id, phaseNow(id)] as const)
    reader.changed = new Set()
    return written({ type: "cells", at: clock.currentTimeMillisUnsafe(), cells })
  }

  const give = (reader: Reader, events: ReadonlyArray<Uint8Array>) => {
    reader.givenAt = now()
    return events
  }

  const next = (reader: Reader) =>
    Effect.gen(function* () {
      reader.givenAt = undefined
      yield* Effect.sleep(cellsEach)
      const isTickDue = now() - reader.tickAt >= tickEach
      const isChangeDue = reader.isBehind || reader.changed.size > 0
      if (!isChangeDue && !isTickDue) return give(reader, [])
      const changes = isChangeDue ? [yield* share.take(Effect.sync(() => changesFor(reader)))] : []
      if (!isTickDue) return give(reader, changes)
      reader.tickAt = now()
      return give(reader, [...changes, yield* share.take(Effect.sync(() => tick(reader.tickAt)))])
    })

  /** Reads on until another reader takes the place. */
  const untilDisplaced = (reader: Reader) => {
    let over = false
    return Effect.suspend(() => {
      if (over) return Cause.done()
      const last = Effect.sync(() => {
        over = true
        return [written({ type: "displaced" })]
      })
      return Effect.raceFirst(Effect.andThen(Deferred.await(reader.displaced), last), next(reader))
    })
  }

  const register: Effect.Effect<Reader, never, Scope.Scope> = Effect.acquireRelease(
    Effect.sync(() => readers.add(now())),
    (reader) => Effect.sync(() => readers.remove(reader))
  )

  return {
    fleetView,
    /** Streams a snapshot, then what changes. Events are made as they are read, so that none waits for a slow reader. */
    events: (reader: Reader): Stream.Stream<Uint8Array> =>
      Stream.concat(
        Stream.fromEffect(share.take(Effect.sync(snapshot))).pipe(
          Stream.tap(() => Effect.sync(() => give(reader, [])))
        ),
        Stream.flattenIterable(Stream.fromEffectRepeat(untilDisplaced(reader)))
      ),
    /** Adds a reader, until the Scope closes. It displaces another where there are too many. */
    register
  }
})
