/** A number with commas: `1,204,233`. */
export const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 })

/** A rate of so many a second: one decimal where it is small, so that little is not nothing. */
export const rate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))

/** A number with its noun: `1 team`, `2 teams`. */
export const counted = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${grouped(value)} ${value === 1 ? noun : nouns}`

/** A time span for people, from milliseconds: `31 ms`, `20.4 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`. */
export const span = (millis: number): string => {
  if (millis < 1000) return `${Math.round(millis)} ms`
  const seconds = Math.floor(millis / 1000)
  if (seconds < 60) return `${(millis / 1000).toFixed(1)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

/** Words with commas, and one before the last: `a, b or c`. */
export const listed = (words: ReadonlyArray<string | number>, before: "and" | "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${before} ${words.at(-1)}`
