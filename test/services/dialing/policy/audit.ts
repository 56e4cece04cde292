import { type Candidate, Phase } from "../../../../src/services/dialing/policy/Candidate.ts"
import type { DialLimits, DialPolicy } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import { laneCount } from "../../../../src/services/dialing/policy/Lane.ts"
import { defaults } from "../../../../src/services/dialing/policy/tuning.ts"

const phases = {
  waiting: [Phase.waiting],
  inFlight: [Phase.inFlight, Phase.slow, Phase.renewed],
  begun: [Phase.inFlight, Phase.slow, Phase.renewed, Phase.answered],
  open: [Phase.proving, Phase.open]
}

/** What is wrong with the books of a policy: what it counts, against what its candidates are doing, and its bounds. */
export const audit = <T>(
  policy: DialPolicy<T>,
  candidates: ReadonlyArray<Candidate<T>>,
  { maxInFlight, maxRate }: DialLimits
): ReadonlyArray<string> => {
  const wrong: Array<string> = []
  const same = (what: string, told: number, counted: number) => {
    if (told !== counted) wrong.push(`${what}: ${told}, and ${counted} when counted`)
  }
  const within = (what: string, number: number, least: number, most: number) => {
    if (!(number >= least && number <= most)) wrong.push(`${what}: ${number} is not from ${least} to ${most}`)
  }
  const present = candidates.filter(({ phase }) => phase !== Phase.left)
  const count = (of: ReadonlyArray<Candidate<T>>, which: ReadonlyArray<number>) =>
    of.reduce((sum, { phase }) => (which.includes(phase) ? sum + 1 : sum), 0)
  same("waiting", policy.waiting, count(present, phases.waiting))
  same("in flight", policy.inFlight, count(present, phases.inFlight))
  within("in flight", policy.inFlight, 0, maxInFlight)
  within("slow", count(present, [Phase.slow]), 0, maxInFlight * defaults.slowShare)
  const byTarget = Map.groupBy(present, ({ target }) => target)
  for (const target of policy.targets()) {
    const of = byTarget.get(target) ?? []
    byTarget.delete(target)
    same(`members of ${target.key}`, target.members, of.length)
    same(`waiting at ${target.key}`, target.waiting, count(of, phases.waiting))
    same(`in flight to ${target.key}`, target.inFlight, count(of, phases.begun))
    same(`open at ${target.key}`, target.open, count(of, phases.open))
    for (let lane = 0; lane < laneCount; lane++) {
      const waiting = of.filter((each) => each.isWaiting && each.lane === lane)
      const line = [...target.lines[lane]!]
      same(`lane ${lane} of ${target.key}`, target.lines[lane]!.size, waiting.length)
      same(`lane ${lane} of ${target.key}, one by one`, new Set(line).size, waiting.length)
      if (line.some((each) => !each.isWaiting || each.lane !== lane)) wrong.push(`a stranger in lane ${lane}`)
    }
    for (const each of target.resting) if (each.phase !== Phase.idle) wrong.push(`one that rests is busy`)
    within(`pace of ${target.key}`, target.pace.rate, 1, maxRate)
  }
  same("targets that are forgotten with teams at them", byTarget.size, 0)
  return wrong
}
