/** What a host bears: how many milliseconds longer it takes to answer a dial that comes now, or `undefined` if it refuses it. */
export type Load = (now: number) => number | undefined

/** Admits so many dials in each window of so many milliseconds, and refuses the rest. */
export const admits = (count: number, window: number): Load => {
  let current = -1
  let taken = 0
  return (now) => {
    const next = Math.floor(now / window)
    if (next !== current) taken = 0
    current = next
    return ++taken <= count ? 0 : undefined
  }
}

/** Answers so many dials a second, one after the other: the rest wait. */
export const queues = (perSecond: number): Load => {
  let freeAt = 0
  return (now) => {
    freeAt = Math.max(now, freeAt) + 1_000 / perSecond
    return freeAt - now
  }
}

/** Answers up to so many dials at a time in so many milliseconds. With more of them each takes longer, in proportion. */
export const slowsAbove = (atOnce: number, latency: number): Load => {
  let ends: Array<number> = []
  return (now) => {
    ends = ends.filter((end) => end > now)
    const takes = latency * Math.max(1, (ends.length + 1) / atOnce)
    ends.push(now + takes)
    return takes
  }
}
