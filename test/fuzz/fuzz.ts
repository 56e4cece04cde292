import { Clock, Effect } from "effect"
import { type Agreed, agreed } from "./agreed.ts"
import type { Fuzzer } from "./Fuzzer.ts"

/** Milliseconds between two lines of progress. */
const lineEvery = 10_000

/** Milliseconds for which one kind runs before the next has its turn. */
const turn = 1000

/** Seeds that differ, after which it is told enough. */
const mostDifferences = 20

/** Totals of a kind. */
interface Totals {
  seeds: number
  bytes: number
  millis: number
}

/** What a run has come to. */
export interface FuzzResult {
  readonly differences: number
  /** How often each agreed difference was seen. */
  readonly seen: ReadonlyMap<Agreed, number>
}

const replay = (kind: string, seed: number) => `npm run fuzz -- --kind ${kind} --seed ${seed}`

const figures = (kind: string, { bytes, millis, seeds }: Totals): string => {
  const seconds = Math.max(millis, 1) / 1000
  const megabytes = bytes / 1e6
  return (
    `${kind}: ${seeds.toLocaleString("en")} seeds, ${megabytes.toFixed(1)} MB, ` +
    `${(seeds / seconds).toFixed(0)} seeds and ${(megabytes / seconds).toFixed(1)} MB a second`
  )
}

/** Runs seed after seed of each kind in turn, from one on, until the time is over, and tells what comes of them. */
export const fuzz = Effect.fnUntraced(function* <R>(
  fuzzers: ReadonlyArray<Fuzzer<R>>,
  from: number,
  millis: number,
  tell: (line: string) => void
) {
  const began = yield* Clock.currentTimeMillis
  const totals = new Map(fuzzers.map(({ kind }): [string, Totals] => [kind, { seeds: 0, bytes: 0, millis: 0 }]))
  const seen = new Map<Agreed, number>()
  let differences = 0
  let nextLine = began + lineEvery
  let now = began
  while (now < began + millis && differences < mostDifferences) {
    for (const { kind, run } of fuzzers) {
      const total = totals.get(kind)!
      const turnBegan = now
      while (now < turnBegan + turn && now < began + millis && differences < mostDifferences) {
        const seed = from + total.seeds++
        const { agreed, bytes, difference } = yield* run(seed)
        total.bytes += bytes
        for (const name of agreed) seen.set(name, (seen.get(name) ?? 0) + 1)
        if (difference !== undefined) {
          differences++
          tell([`${kind}, seed ${seed}: not the same`, ...difference, `replay: ${replay(kind, seed)}`].join("\n  "))
        }
        now = yield* Clock.currentTimeMillis
      }
      total.millis += now - turnBegan
    }
    if (now < nextLine) continue
    nextLine = now + lineEvery
    const seeds = [...totals].map(([kind, { seeds }]) => `${seeds.toLocaleString("en")} ${kind}`).join(", ")
    tell(`${Math.round((now - began) / 1000)} s: ${seeds}, ${differences} not the same`)
  }
  for (const [kind, total] of totals) tell(figures(kind, total))
  for (const name of Object.keys(agreed) as ReadonlyArray<Agreed>)
    tell(`agreed, seen ${seen.get(name) ?? 0} times: ${name}`)
  tell(differences === 0 ? "no difference" : `${differences} not the same`)
  const result: FuzzResult = { differences, seen }
  return result
})
