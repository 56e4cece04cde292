import { Effect, Exit, identity, Layer, Scope } from "effect"
import { DescriptorTable, type Table } from "../../services/descriptors/DescriptorTable.ts"
import { Fleet } from "../../services/Fleet.ts"
import type { JournalFailed } from "../../services/Journal.ts"
import { LeakAudit } from "../../services/LeakAudit.ts"
import type { BadSetting } from "../../services/Settings.ts"
import { Socket } from "../../services/Socket.ts"
import { Stats } from "../../services/Stats.ts"
import { TeamRegistry, type Transition } from "../../services/TeamRegistry.ts"
import type { Checker } from "../checker/Checker.ts"
import { checkSocket } from "../checker/checkSocket.ts"
import { lossOf } from "../invariants/durable.ts"
import { journalOf } from "./journalOf.ts"
import { Life } from "./Life.ts"

/** Layer of a fleet that can be simulated: on any socket, with the services that the checker looks into. */
export type SimulatedFleet = Layer.Layer<Fleet | Stats | TeamRegistry, BadSetting | JournalFailed, Socket>

/** Points at which a process can be killed, besides any instant: just before or after a write to the journal, or a frame to Global. */
export const crashPoints = ["before a write", "after a write", "with a frame to Global"] as const

export type CrashPoint = (typeof crashPoints)[number]

/** A fleet that is up, and the Scope that it ends with. */
export interface RunningFleet {
  readonly fleet: Fleet["Service"]
  readonly scope: Scope.Closeable
}

/** Process that the fleet runs in: it can be killed, and started again on what is in its journal. */
export interface FleetProcess {
  /** The fleet, while it is up. */
  readonly running: () => RunningFleet | undefined
  /** Starts it if it is down, and waits until it is up. Where it finds no journal, it is started again after a while. */
  readonly start: Effect.Effect<void, BadSetting>
  /** Kills it at this instant, if it is there. */
  readonly crash: Effect.Effect<void>
  /** Has it killed when it comes to this point; never with `undefined`. `afterwards` is run after that. */
  readonly crashAt: (point: CrashPoint | undefined, afterwards?: Effect.Effect<void>) => void
}

/** Milliseconds after which a process that has found no journal is started again. */
const restartAfter = 3_000

const describeTransition = ({ id, to }: Transition): string => {
  const { failures = 0, reason = "" } = { failures: undefined, reason: undefined, ...to }
  return `state   team ${JSON.stringify(id)} ${to._tag} ${failures} ${reason}`
}

/** Descriptors that the fleet knows of: those of its sockets, as on a machine where nothing else runs. */
const tableOf = ({ machine }: Checker): Table => ({
  limit: () => (Number.isFinite(machine.socketLimit) ? machine.socketLimit : undefined),
  count: () => machine.sockets
})

/** Runs an effect of a process in a fiber of its own. `undefined` if the process is killed before it is done. */
const untilOver = Effect.fnUntraced(function* <A, E, R>(life: Life, effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkDetach(effect)
  while (fiber.pollUnsafe() === undefined) {
    if (life.isOver) return undefined
    yield* Effect.sleep(1)
  }
  return fiber.pollUnsafe()
})

/** Makes the process of a fleet, which is not started yet. */
export const makeFleetProcess = Effect.fnUntraced(function* (
  checker: Checker,
  fleet: SimulatedFleet,
  { globalUrl, limitIsKnown }: { readonly globalUrl: string; readonly limitIsKnown: boolean }
): Effect.fn.Return<FleetProcess, never, Socket> {
  const platform = yield* Socket
  // In fibers of the world.
  const run = Effect.runForkWith(yield* Effect.context())
  const { journal, time } = checker
  let life: Life | undefined
  let running: RunningFleet | undefined
  let planned: { readonly point: CrashPoint; readonly afterwards: Effect.Effect<void> } | undefined

  const crash = Effect.suspend(() => {
    if (life === undefined) return Effect.void
    const ending = life
    life = undefined
    running = undefined
    return Effect.andThen(
      journal?.memory.seize ?? Effect.void,
      Effect.sync(() => {
        checker.trace(() => "the fleet's process is killed")
        const loss = lossOf(checker)
        if (loss !== undefined) checker.violated("durable", loss)
        time.killFleet()
        ending.end()
        checker.endLife()
      })
    )
  })

  /** Kills the process if that is planned for here. */
  const come = (to: CrashPoint) =>
    Effect.suspend(() => {
      if (planned?.point !== to) return Effect.void
      const { afterwards } = planned
      planned = undefined
      // The rest is the world's: the fiber that comes here is over with its process.
      run(afterwards)
      return crash
    })

  const around = { before: come("before a write"), after: come("after a write") }
  const kept = journal === undefined ? fleet : Layer.provide(fleet, journalOf(journal.memory.layer, around))

  /** Starts the process once. False if it has not come up, because it was killed or has found no journal. */
  const launch = Effect.gen(function* () {
    const began = new Life()
    life = began
    checker.beginLife()
    checker.onGlobalSend = () => void run(come("with a frame to Global"))
    const socket = yield* checkSocket(platform, checker, globalUrl, began)
    const scope = yield* Scope.make()
    // Made before the fleet is, so that it closes after it: the transitions of the shutdown are checked too.
    const observing = yield* Scope.fork(scope)
    const look = Effect.gen(function* () {
      const services = { stats: yield* Stats, registry: yield* TeamRegistry }
      checker.fleet = services
      yield* Scope.provide(
        services.registry.observe((transition) => {
          if (began.isOver) return
          checker.trace(() => describeTransition(transition))
          for (const observer of checker.observers) observer.onTransition?.(transition)
        }),
        observing
      )
      running = { fleet: yield* Fleet, scope }
    })
    const bringUp = Layer.buildWithScope(Layer.provide(kept, Layer.succeed(Socket, socket)), scope).pipe(
      Effect.provideService(LeakAudit, checker.leakAudit),
      limitIsKnown ? Effect.provideService(DescriptorTable, tableOf(checker)) : identity,
      time.inFleet,
      // In the turn in which it is up: what is in its journal is asked for at once.
      Effect.flatMap((built) => Effect.provideContext(look, built))
    )
    const exit = yield* journal === undefined ? Effect.exit(bringUp) : untilOver(began, bringUp)
    if (exit === undefined || began.isOver) return false
    if (Exit.isSuccess(exit)) return true
    life = undefined
    checker.endLife()
    yield* Scope.close(scope, Exit.void)
    return yield* Effect.catchTag(exit, "JournalFailed", (failure) => {
      checker.trace(() => `the fleet finds no journal: ${failure.message}`)
      return Effect.succeed(false)
    })
  })

  const untilUp: Effect.Effect<void, BadSetting> = Effect.flatMap(launch, (isUp) =>
    isUp ? Effect.void : Effect.andThen(Effect.sleep(restartAfter), untilUp)
  )

  let isStarting = false
  /** Whoever has it started: that goes on when they are gone. */
  const startApart = Effect.suspend(() => {
    if (!isStarting) {
      isStarting = true
      run(
        Effect.andThen(
          Effect.orDie(untilUp),
          Effect.sync(() => (isStarting = false))
        )
      )
    }
    return awaitUp
  })
  /** Waits until it is up, and has had its first turns. */
  const awaitUp: Effect.Effect<void> = Effect.suspend(() =>
    running === undefined || time.isStalled() ? Effect.andThen(Effect.sleep(10), awaitUp) : Effect.void
  )

  const start = Effect.suspend(() => {
    if (running !== undefined) return Effect.void
    return journal === undefined ? untilUp : startApart
  })

  return {
    running: () => running,
    start,
    crash,
    crashAt: (point, afterwards = Effect.void) => {
      planned = point === undefined ? undefined : { point, afterwards }
    }
  }
})
