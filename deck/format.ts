export { span } from "../src/admin/api/span.ts"

const numbers = new Intl.NumberFormat("en-US")

/** Writes a whole number with commas. */
export const grouped = (value: number): string => numbers.format(Math.round(value))

/** Writes a time of day, in the operator's time zone. */
export const clockTime = (at: number): string => new Date(at).toLocaleTimeString(undefined, { hour12: false })

/** Writes a number and its noun: `1 failure`, `2 failures`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`
