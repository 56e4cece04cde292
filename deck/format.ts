export { span } from "../src/admin/api/span.ts"

const numbers = new Intl.NumberFormat("en-US")

/** A whole number with commas. */
export const grouped = (value: number): string => numbers.format(Math.round(value))

/** A time of day, as the operator's clock has it. */
export const clockTime = (at: number): string => new Date(at).toLocaleTimeString(undefined, { hour12: false })

/** The noun in the number that it needs. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`
