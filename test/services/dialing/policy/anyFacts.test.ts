import { assert, describe, it } from "@effect/vitest"
import type { Candidate } from "../../../../src/services/dialing/policy/Candidate.ts"
import { DialPolicy } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import { below, seededRandom } from "../model/random.ts"
import { audit } from "./audit.ts"

const seeds = 60
const steps = 600
const outcomes = ["opened", "opened", "refused", "timeout", "local"] as const

/** Tells a policy facts in any order, whether they make sense or not. Gives what is wrong with its books, and its decisions. */
const tellAnything = (seed: number): ReadonlyArray<string> => {
  const random = seededRandom(seed)
  const limits = { maxInFlight: 1 + below(random, 20), maxRate: 10 + below(random, 2_000) }
  const policy = new DialPolicy<number>(limits, random)
  const candidates: Array<Candidate<number>> = []
  const wrong: Array<string> = []
  let now = 0
  const facts: ReadonlyArray<(candidate: Candidate<number>) => void> = [
    (each) => policy.ready(each, now),
    (each) => policy.ready(each, now),
    (each) => policy.outcome(each, outcomes[below(random, outcomes.length)]!, now, "why"),
    (each) => policy.outcome(each, outcomes[below(random, outcomes.length)]!, now, "why"),
    (each) => policy.lost(each, now),
    (each) => policy.answered(each),
    (each) => policy.renewing(each),
    (each) => policy.renewed(each),
    (each) => policy.withdraw(each),
    (each) => (random() < 0.3 ? policy.leave(each) : undefined),
    (each) => (random() < 0.05 ? policy.retryAfter(each, now + below(random, 3_000)) : undefined),
    () => (random() < 0.1 ? policy.news(now) : undefined)
  ]
  for (let step = 0; step < steps; step++) {
    if (candidates.length < 60 && random() < 0.2) {
      candidates.push(policy.enter(`host ${below(random, 4)}`, candidates.length, now, random() < 0.5))
    }
    const candidate = candidates[below(random, candidates.length)]
    if (candidate !== undefined) facts[below(random, facts.length)]!(candidate)
    if (random() < 0.4) {
      now += below(random, 20) ** 2
      const room = random() < 0.2 ? below(random, 3) : Infinity
      const { at, giveUp, start } = policy.next(now, room)
      if (!(at > now)) wrong.push(`looks again at ${at}, and it is ${now}`)
      if (start.length > room) wrong.push(`${start.length} start where there is room for ${room}`)
      if (start.some(({ isInFlight }) => !isInFlight)) wrong.push("one that starts is not in flight")
      if (giveUp.some(({ isInFlight }) => isInFlight)) wrong.push("one that is given up is in flight")
    }
    wrong.push(...audit(policy, candidates, limits))
  }
  for (const candidate of candidates) policy.leave(candidate)
  if ([...policy.targets()].length > 0) wrong.push("a host that nobody is at is not forgotten")
  if (policy.next(now + 60_000).at !== Infinity) wrong.push("looks again though nobody is there")
  return wrong
}

describe("a policy that is told facts in any order", () => {
  it(`keeps its books and its bounds, over ${seeds} seeds`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      assert.deepStrictEqual([...new Set(tellAnything(seed))].slice(0, 5), [], `seed ${seed}`)
    }
  })
})
