import { Duration, Effect, Latch, Layer } from "effect"
import { answerWithin } from "../../layers/journal/bounds.ts"
import { rosterBatch } from "../../layers/journal/rosterBatch.ts"
import {
  Journal,
  JournalFailed,
  type JournalShape,
  type JournalTrouble,
  type StoredTeam
} from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"

/** What is wrong with a {@link JournalMemory}. */
export type JournalFault =
  /** It answers with a failure, and nothing is written. */
  | { readonly _tag: "Fails"; readonly reason: JournalTrouble }
  /** It does not answer, until the fault is over or the bound of a write has passed; then nothing is written. */
  | { readonly _tag: "Hangs" }
  /** It writes, and its answer is lost: what was written seems to have failed. */
  | { readonly _tag: "LosesAnswers" }
  /** It takes so long for each write. Half of it is over when it is carried out: then the answer is under way. */
  | { readonly _tag: "Slow"; readonly by: Duration.Input }

/** Journal that outlives the fleets which open it, and ends with this process: for tests and simulations. */
export interface JournalMemory {
  /** Opens it, as a process does that starts: one at a time. */
  readonly layer: Layer.Layer<never, JournalFailed>
  /** Every team that is stored, in the order in which their places last changed. */
  readonly teams: () => ReadonlyArray<StoredTeam>
  /** A team, if it is stored. */
  readonly team: (id: TeamId) => StoredTeam | undefined
  /** Its fault; `undefined` while it is whole. */
  readonly faulty: () => JournalFault | undefined
  /** Lets it be faulty from now on; whole again with `undefined`. */
  readonly fault: (fault: JournalFault | undefined) => Effect.Effect<void>
  /** Takes it from the process that has it, which has been killed, say: whatever that still writes is refused. */
  readonly seize: Effect.Effect<void>
  /** Lets it lose what was written since it had these teams, as where a backup is put back; it is told with the next write. */
  readonly setBack: (teams: ReadonlyArray<StoredTeam>) => Effect.Effect<void>
  /** Numbers of writes that were carried out. */
  readonly writes: () => { readonly roster: number; readonly counts: number }
}

const failed = (reason: JournalTrouble, detail: string) => new JournalFailed({ reason, detail })

/** Makes an empty journal in memory. */
export const make: Effect.Effect<JournalMemory> = Effect.sync(() => {
  const teams = new Map<TeamId, StoredTeam>()
  const writes = { roster: 0, counts: 0 }
  const answers = Latch.makeUnsafe(true)
  let fault: JournalFault | undefined
  let owner: object | undefined
  let isSetBack = false

  /** Passes half of the time that it takes. */
  const passHalf = Effect.suspend(() =>
    fault?._tag === "Slow" ? Effect.sleep(Duration.divideUnsafe(Duration.fromInputUnsafe(fault.by), 2)) : Effect.void
  )

  /** Does something to it, as far as its fault lets it. */
  const use = <A, R>(body: () => Effect.Effect<A, JournalFailed, R>): Effect.Effect<A, JournalFailed, R> =>
    Effect.andThen(passHalf, answers.await).pipe(
      Effect.timeoutOrElse({
        duration: answerWithin,
        orElse: () => Effect.fail(failed("away", "the journal in memory does not answer"))
      }),
      Effect.andThen(
        Effect.suspend(() =>
          fault?._tag === "Fails" ? Effect.fail(failed(fault.reason, "the journal in memory is at fault")) : body()
        )
      ),
      Effect.tap(() =>
        fault?._tag === "LosesAnswers"
          ? Effect.fail(failed("away", "the answer of the journal in memory is lost"))
          : passHalf
      )
    )

  const open = use(() =>
    owner === undefined
      ? Effect.acquireRelease(
          Effect.sync(() => (owner = {})),
          (self) =>
            Effect.sync(() => {
              if (owner === self) owner = undefined
            })
        )
      : Effect.fail(failed("in use", "another process has the journal in memory"))
  )

  const journalOf = (self: object): JournalShape => {
    let stored: ReadonlyArray<StoredTeam> = [...teams.values()]
    const write = (body: () => void) =>
      use(() => {
        if (owner !== self) return Effect.fail(failed("taken over", "this process no longer has the journal in memory"))
        if (isSetBack) {
          isSetBack = false
          return Effect.fail(failed("set back", "the journal in memory has lost what was written to it"))
        }
        return Effect.sync(body)
      })
    return {
      kind: "memory",
      stored: Effect.sync(() => {
        const all = stored
        stored = []
        return all
      }),
      writeRoster: Effect.fn("Journal.writeRoster")((changes) =>
        write(() => {
          writes.roster++
          const { forgotten, placed } = rosterBatch(changes)
          for (const id of forgotten) teams.delete(id)
          for (const { id, place } of placed) {
            const known = teams.get(id)
            if (known?.wanted === place.wanted && known.generation === place.generation) continue
            teams.delete(id)
            teams.set(id, { messages: 0, props: 0, ...known, id, wanted: place.wanted, generation: place.generation })
          }
        })
      ),
      writeCounts: Effect.fn("Journal.writeCounts")((counts) =>
        write(() => {
          writes.counts++
          for (const { id, messages, props } of counts) {
            const known = teams.get(id)
            if (known === undefined) continue
            const most = { messages: Math.max(known.messages, messages), props: Math.max(known.props, props) }
            teams.set(id, { ...known, ...most })
          }
        })
      )
    }
  }

  return {
    layer: Layer.effect(Journal, Effect.map(open, journalOf)),
    teams: () => [...teams.values()],
    team: (id) => teams.get(id),
    faulty: () => fault,
    fault: (next) => {
      fault = next
      return next?._tag === "Hangs" ? answers.close : answers.open
    },
    seize: Effect.sync(() => void (owner = undefined)),
    setBack: (old) =>
      Effect.sync(() => {
        teams.clear()
        for (const team of old) teams.set(team.id, team)
        isSetBack = true
      }),
    writes: () => ({ ...writes })
  }
})
