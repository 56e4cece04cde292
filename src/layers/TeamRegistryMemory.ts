import { Clock, Deferred, Effect, Exit, Fiber, Layer, Queue, type Scope, Stream } from "effect"
import { LeakAudit } from "../services/LeakAudit.ts"
import { Settings } from "../services/Settings.ts"
import { Stats, type TeamCounts } from "../services/Stats.ts"
import { isConnected, type TeamSession, type Team, TeamRegistry, type Transition } from "../services/TeamRegistry.ts"
import { failuresOf, TeamState, type Transport } from "../services/TeamState.ts"
import { compareTeamIds, type TeamId } from "../wire/TeamId.ts"

/** Transitions that a slow reader of `changes` may be behind. */
const changesBacklog = 1024

class Entry implements Team {
  readonly id: TeamId
  wanted = false
  generation = 0
  state: TeamState = TeamState.Departed()
  transport: Transport | undefined = undefined
  readonly counts: TeamCounts
  /** Fiber of the latest session, until it has ended. */
  life: Fiber.Fiber<never> | undefined = undefined

  constructor(id: TeamId, counts: TeamCounts) {
    this.id = id
    this.counts = counts
  }
}

/** The roster in this process: gone with it. */
export const layer: Layer.Layer<TeamRegistry, never, Settings | Stats> = Layer.effect(
  TeamRegistry,
  Effect.gen(function* () {
    const { rememberDeparted } = yield* Settings
    const stats = yield* Stats
    const clock = yield* Clock.Clock
    const observers = new Set<(transition: Transition) => void>()
    const teams = new Map<TeamId, Entry>()
    /** Departed teams, in the order of their departure. */
    const departed = new Set<Entry>()
    /** All teams in order, made when it is asked for and kept until a team is added or forgotten. */
    let roster: ReadonlyArray<Entry> | undefined
    let start: ((session: TeamSession) => Fiber.Fiber<never>) | undefined

    const living = () => teams.values().reduce((sum, { life }) => (life === undefined ? sum : sum + 1), 0)
    const { add } = yield* LeakAudit
    add({ what: "lives of teams", until: "drained", count: living })
    add({ what: "observers of the registry", until: "closed", count: () => observers.size })

    const move = (entry: Entry, to: TeamState, cause?: string) => {
      const from = entry.state
      entry.state = to
      entry.transport = to._tag === "Open" ? to.transport : undefined
      const transition: Transition = {
        team: entry,
        id: entry.id,
        generation: entry.generation,
        from,
        to,
        at: clock.currentTimeMillisUnsafe(),
        cause
      }
      for (const observer of observers) observer(transition)
    }

    const observe = (observer: (transition: Transition) => void): Effect.Effect<void, never, Scope.Scope> =>
      Effect.acquireRelease(
        Effect.sync(() => void observers.add(observer)),
        () => Effect.sync(() => observers.delete(observer))
      )

    const depart = (entry: Entry) => {
      move(entry, TeamState.Departed())
      departed.add(entry)
      for (const oldest of departed) {
        if (departed.size <= rememberDeparted) return
        departed.delete(oldest)
        teams.delete(oldest.id)
        roster = undefined
        stats.forget(oldest.id)
      }
    }

    const drain = (entry: Entry, cause: string) => {
      if (entry.state._tag !== "Draining") move(entry, TeamState.Draining(), cause)
    }

    const begin = (entry: Entry) => {
      move(entry, TeamState.Waiting({ failures: 0 }))
      if (start === undefined) return
      const life = start({ team: entry, generation: entry.generation, connection: undefined })
      entry.life = life
      life.addObserver(() => {
        entry.life = undefined
        if (!entry.wanted) depart(entry)
        else if (start !== undefined) begin(entry)
      })
    }

    const wake = (entry: Entry) => {
      if (entry.state._tag === "SlowRetry") Deferred.doneUnsafe(entry.state.wake, Exit.void)
    }

    const enter = (session: TeamSession, state: TeamState) => {
      const entry = teams.get(session.team.id)
      // One that was forgotten and has joined again has another entry.
      if (entry !== session.team || !entry.wanted || entry.generation !== session.generation) return
      if (start !== undefined) move(entry, state)
    }

    return {
      supervise: <R, R2 = never>(
        life: (session: TeamSession) => Effect.Effect<never, never, R>,
        missed: (session: TeamSession) => Effect.Effect<void, never, R2> = () => Effect.void
      ) =>
        Effect.gen(function* () {
          const fork = Effect.runForkWith(yield* Effect.context<R | R2>())
          // Not within `begin`: what the life does first may come back to the registry. Not `Effect.yieldNow` either,
          // for which each fiber would keep a dispatcher of its own, at 0.3 KB.
          const dispatcher = yield* Effect.withFiber((fiber) => Effect.succeed(fiber.currentDispatcher))
          const yieldNow = Effect.callback<void>((resume) => dispatcher.scheduleTask(() => resume(Effect.void), 0))
          start = (session) =>
            fork(
              Effect.andThen(
                Effect.onInterrupt(yieldNow, () => missed(session)),
                life(session)
              )
            )
          yield* Effect.addFinalizer(() =>
            Effect.suspend(() => {
              // Before the interruption of the lives, whose ends must not begin new ones.
              start = undefined
              const lives: Array<Fiber.Fiber<never>> = []
              for (const entry of teams.values()) {
                if (entry.life === undefined) continue
                drain(entry, "the fleet ends")
                lives.push(entry.life)
              }
              return Fiber.interruptAll(lives)
            })
          )
          for (const entry of teams.values()) if (entry.wanted) begin(entry)
        }),
      join: (id) =>
        Effect.sync(() => {
          const known = teams.get(id)
          if (known?.wanted === true) return wake(known)
          const entry = known ?? new Entry(id, stats.counter(id))
          if (known === undefined) {
            teams.set(id, entry)
            roster = undefined
          }
          departed.delete(entry)
          entry.wanted = true
          entry.generation++
          // Otherwise the session before is still ending, and begins this one when it has.
          if (entry.life === undefined) begin(entry)
        }),
      leave: (id) =>
        Effect.sync(() => {
          const entry = teams.get(id)
          if (entry === undefined || !entry.wanted) return
          entry.wanted = false
          if (entry.life === undefined) return depart(entry)
          drain(entry, "the team has left")
          entry.life.interruptUnsafe()
        }),
      restart: (id, cause) =>
        Effect.sync(() => {
          const entry = teams.get(id)
          if (entry === undefined || !entry.wanted || entry.life === undefined) return false
          drain(entry, cause)
          // Its end begins the next, since the team is still wanted.
          entry.life.interruptUnsafe()
          return true
        }),
      wake: (id) =>
        Effect.sync(() => {
          const entry = teams.get(id)
          if (entry !== undefined) wake(entry)
        }),
      wakeAll: Effect.sync(() => {
        for (const entry of teams.values()) wake(entry)
      }),
      enter,
      find: (id) => teams.get(id),
      roster: () => (roster ??= Array.from(teams.values()).sort((a, b) => compareTeamIds(a.id, b.id))),
      census: Effect.sync(() => {
        const census = { wanted: 0, departed: 0, connected: 0, failing: 0, slowRetry: 0 }
        for (const entry of teams.values()) {
          if (!entry.wanted) {
            census.departed++
            continue
          }
          census.wanted++
          if (isConnected(entry)) census.connected++
          else if (failuresOf(entry.state) > 0) census.failing++
          if (entry.state._tag === "SlowRetry") census.slowRetry++
        }
        return census
      }),
      observe,
      changes: Stream.callback((backlog) => observe((transition) => void Queue.offerUnsafe(backlog, transition)), {
        bufferSize: changesBacklog,
        strategy: "sliding"
      })
    }
  })
)
