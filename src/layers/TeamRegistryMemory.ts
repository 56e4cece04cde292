import { Clock, Effect, Fiber, Layer, Queue, Stream } from "effect"
import { Turn } from "../services/dialing/Turn.ts"
import { LeakAudit } from "../services/LeakAudit.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { Observers } from "../services/Observers.ts"
import { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import { censusOf, isDenied, TeamRegistry, type TeamSession, type Transition } from "../services/TeamRegistry.ts"
import { TeamState } from "../services/TeamState.ts"
import type { TeamId } from "../wire/TeamId.ts"
import { Naming } from "./Naming.ts"
import { TeamRoster, type TeamEntry } from "./TeamRoster.ts"

/** Transitions that wait for a reader of `changes`, besides those that it has taken. */
const changesBacklog = 1024

/** Keeps the roster in this process, and runs a fiber for each wanted team. */
export const layer: Layer.Layer<TeamRegistry, never, Settings | Stats> = Layer.effect(
  TeamRegistry,
  Effect.gen(function* () {
    const { maxTeams, rememberDeparted } = yield* Settings
    const stats = yield* Stats
    const clock = yield* Clock.Clock
    const observers = new Observers<Transition>()
    const places = new Observers<TeamId>()
    const naming = new Naming()
    const roster = new TeamRoster(stats, { maxTeams, rememberDeparted }, naming, (id) => places.tell(id))
    /** Teams that the platform has begun to deny since it made its last offer. */
    let deniedLately: Array<TeamEntry> = []
    let start: ((session: TeamSession) => Fiber.Fiber<never>) | undefined

    const living = () => roster.all().reduce((sum, { life }) => (life === undefined ? sum : sum + 1), 0)
    const { add } = yield* LeakAudit
    add({ what: "lives of teams", until: "drained", count: living })
    add({ what: "observers of the registry", until: "closed", count: () => observers.size + places.size })

    const move = (entry: TeamEntry, to: TeamState, cause?: string) => {
      const from = entry.state
      entry.state = to
      entry.transport = to._tag === "Open" ? to.transport : undefined
      const at = clock.currentTimeMillisUnsafe()
      observers.tell({ team: entry, id: entry.id, generation: entry.generation, from, to, at, cause })
    }

    const depart = (entry: TeamEntry) => {
      move(entry, TeamState.Departed())
      roster.depart(entry)
    }

    const drain = (entry: TeamEntry, cause: string) => {
      if (entry.state._tag !== "Draining") move(entry, TeamState.Draining(), cause)
    }

    const begin = (entry: TeamEntry) => {
      move(entry, TeamState.Waiting({ failures: 0 }))
      if (start === undefined) return
      const life = start({
        team: entry,
        generation: entry.generation,
        connection: undefined,
        turn: new Turn(entry.id),
        rejections: 0
      })
      entry.life = life
      life.addObserver(() => {
        entry.life = undefined
        if (!entry.wanted) depart(entry)
        else if (start !== undefined) begin(entry)
      })
    }

    const wake = (entry: TeamEntry) => {
      if (entry.state._tag === "SlowRetry") entry.state.wake()
    }

    const enter = (session: TeamSession, state: TeamState) => {
      const entry = roster.find(session.team.id)
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
              for (const entry of roster.all()) {
                if (entry.life === undefined) continue
                drain(entry, "the fleet ends")
                lives.push(entry.life)
              }
              return Fiber.interruptAll(lives)
            })
          )
          for (const entry of roster.all()) if (entry.wanted) begin(entry)
        }),
      join: (id) =>
        Effect.sync(() => {
          const known = roster.find(id)
          if (known?.wanted === true) {
            known.joinedAgain()
            wake(known)
            return true
          }
          const entry = roster.enrol(id)
          if (entry === undefined) return false
          entry.named()
          places.tell(id)
          // Otherwise the session before is still ending, and begins this one when it has.
          if (entry.life === undefined) begin(entry)
          return true
        }),
      restore: (id, place) => roster.restore(id, place),
      globalOpened: () => naming.next(roster.wanted),
      confirm: (id) => roster.find(id)?.named(),
      deny: (id) => {
        const entry = roster.find(id)
        if (entry === undefined || entry.isConfirmed) return undefined
        if (entry.deniedSince === undefined) {
          entry.deniedSince = monotonicMillis(clock)
          deniedLately.push(entry)
        }
        return entry.deniedSince
      },
      leave: (id) =>
        Effect.sync(() => {
          const entry = roster.find(id)
          if (entry === undefined || !entry.wanted) return
          roster.dismiss(entry)
          if (entry.life === undefined) depart(entry)
          else drain(entry, "the team has left")
          places.tell(id)
          entry.life?.interruptUnsafe()
        }),
      restart: (id, cause) =>
        Effect.sync(() => {
          const entry = roster.find(id)
          if (entry === undefined || !entry.wanted || entry.life === undefined) return false
          drain(entry, cause)
          // Its end begins the next, since the team is still wanted.
          entry.life.interruptUnsafe()
          return true
        }),
      wake: (id) =>
        Effect.sync(() => {
          const entry = roster.find(id)
          if (entry !== undefined) wake(entry)
        }),
      retryNow: (id) =>
        Effect.sync(() => {
          const state = roster.find(id)?.state
          if (state?._tag === "SlowRetry" || state?._tag === "Backoff") state.wake()
        }),
      offerMade: () => {
        for (const entry of deniedLately) if (isDenied(entry)) wake(entry)
        deniedLately = []
      },
      wakeAll: Effect.sync(() => {
        for (const entry of roster.all()) wake(entry)
      }),
      enter,
      find: (id) => roster.find(id),
      roster: () => roster.ordered(),
      teams: () => Array.from(roster.all()),
      census: Effect.sync(() => censusOf(roster.all())),
      observe: (observer) => observers.observe(observer),
      observePlaces: (observer) => places.observe(observer),
      changes: Stream.callback(
        (backlog) => observers.observe((transition) => void Queue.offerUnsafe(backlog, transition)),
        {
          bufferSize: changesBacklog,
          strategy: "sliding"
        }
      )
    }
  })
)
