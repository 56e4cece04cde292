export { span } from "../../admin/api/span.ts"
export { listed } from "../../services/settings/texts.ts"

/** A number with commas: `1,204,233`. */
export const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 })

/** A rate of so many a second: with one decimal below 10, so that a low one is not shown as 0. */
export const rate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))

/** A number with its noun: `1 team`, `2 teams`. */
export const counted = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${grouped(value)} ${value === 1 ? noun : nouns}`
