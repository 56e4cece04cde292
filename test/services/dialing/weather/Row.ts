/** Weather, and what is promised in it. */
export interface Row {
  /** What happens, in plain words. */
  readonly name: string
  /** What is measured, with `…` for the figure, and the most that it may be. */
  readonly bounds: Readonly<Record<string, number>>
  /** Measures it, in weather drawn from a seed. */
  readonly run: (seed: number) => Readonly<Record<string, number>>
}

/** Makes a row, which measures all that it bounds. */
export const row = <const Bounds extends Record<string, number>>(
  name: string,
  bounds: Bounds,
  run: (seed: number) => { readonly [K in keyof Bounds]: number }
): Row => ({ name, bounds, run })

/** What is promised in a row's weather: "up in 3 s". */
export const promised = ({ bounds }: Row): string =>
  Object.entries(bounds)
    .map(([what, most]) => what.replace("…", String(most)))
    .join("; ")

/** The worst figures of a row over seeds from 1 on. */
export const worstOf = ({ bounds, run }: Row, seeds: number): Readonly<Record<string, number>> => {
  const runs = Array.from({ length: seeds }, (_, index) => run(index + 1))
  const worst = Object.keys(bounds).map((what) => [what, Math.max(...runs.map((figures) => figures[what]!))] as const)
  return Object.fromEntries(worst)
}

/** Seconds, of milliseconds. */
export const seconds = (millis: number): number => millis / 1_000

/** Most that happens in any whole second of the clock that begins after a time, given the times of all. */
export const mostInASecond = (times: ReadonlyArray<number>, after: number): number => {
  const counts = new Map<number, number>()
  for (const at of times) counts.set(Math.floor(at / 1_000), (counts.get(Math.floor(at / 1_000)) ?? 0) + 1)
  return Math.max(0, ...[...counts].filter(([second]) => second * 1_000 >= after).map(([, count]) => count))
}
