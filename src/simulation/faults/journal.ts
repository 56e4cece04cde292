import { Effect } from "effect"
import type { JournalFault } from "../../rehearsal/memory/JournalMemory.ts"
import { crashPoints } from "../process/FleetProcess.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"

/** Milliseconds for which the fleet is down after a crash, at most. */
const longestDown = 60_000

/** Starts the fleet again after a while. */
const restart = ({ journal, process, schedule }: FaultContext): Effect.Effect<void> =>
  Effect.suspend(() => schedule(journal!.prng.logUniform(1, longestDown), Effect.orDie(process.start)))

/** Fault of the journal, for a time. */
const toJournal =
  (fault: (context: FaultContext) => JournalFault): Fault =>
  (context) =>
    Effect.gen(function* () {
      const { checker, journal, schedule } = context
      if (journal === undefined || checker.journal === undefined) return false
      yield* checker.journal.fault(fault(context))
      yield* schedule(journal.prng.logUniform(100, 60_000), checker.journal.fault(undefined))
      return true
    })

/** Faults of the fleet's journal, and the crashes that it is for. */
export const journalFaults = {
  "fleet crashes": (context) =>
    Effect.gen(function* () {
      const { journal, process } = context
      if (journal === undefined || process.running() === undefined) return false
      if (journal.prng.chance(0.4)) process.crashAt(journal.prng.pick(crashPoints), restart(context))
      else yield* Effect.andThen(process.crash, restart(context))
      return true
    }),
  "journal fails": toJournal(({ journal }) => ({
    _tag: "Fails",
    reason: journal!.prng.pick(["full", "away", "read-only", "failed"])
  })),
  "journal hangs": toJournal(() => ({ _tag: "Hangs" })),
  "journal loses answers": toJournal(() => ({ _tag: "LosesAnswers" })),
  "journal is slow": toJournal(({ journal }) => ({ _tag: "Slow", by: journal!.prng.logUniform(2, 8_000) }))
} satisfies Record<string, Fault>
