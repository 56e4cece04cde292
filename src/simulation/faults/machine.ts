import { Effect } from "effect"
import { NameAnswer } from "../../rehearsal/memory/ClientMachine.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"

/** Fault of the names of one host, or of all, which are looked up in this way for a time. */
const toNames =
  (answer: (context: FaultContext) => NameAnswer): Fault =>
  (context) =>
    Effect.gen(function* () {
      const { checker, machine, prng, schedule } = context
      const host = prng.chance(0.8) ? prng.pick([...checker.server.teams.values()])?.host : undefined
      yield* machine.answerNames(answer(context), { host })
      yield* schedule(prng.logUniform(1_000, 120_000), machine.answerNames(NameAnswer.Found(), { host }))
      return true
    })

/** Faults of the machine that the fleet runs on. */
export const machineFaults = {
  "names without an answer": toNames(() => NameAnswer.Never()),
  "names are slow": toNames(({ prng }) => NameAnswer.Slow({ by: prng.logUniform(10, 5_000) })),
  "names are not found": toNames(({ prng }) => NameAnswer.Fail({ code: prng.pick(["ENOTFOUND", "EAI_AGAIN"]) })),
  "descriptors run out": ({ checker, machine, prng, schedule }) =>
    Effect.gen(function* () {
      yield* machine.limitSockets(Math.max(0, checker.machine.sockets + prng.int(-3, 12)))
      yield* schedule(prng.logUniform(1_000, 120_000), machine.limitSockets(Infinity))
      return true
    })
} satisfies Record<string, Fault>
