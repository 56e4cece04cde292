/** Longest time that a server is believed to need, in milliseconds. */
const longest = 3_600_000

/** An HTTP date in its three forms: RFC 9110 section 5.6.7. */
const httpDate =
  /^[A-Z][a-z]{2,8}(?:, \d\d(?: [A-Z][a-z]{2} \d{4}|-[A-Z][a-z]{2}-\d\d) \d\d:\d\d:\d\d GMT| [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/

const timeOf = (text: string): number =>
  httpDate.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN

/**
 * Reads a `Retry-After` field: RFC 9110 section 10.2.3. Gives milliseconds, an hour at most, or `undefined` for what is
 * neither a number of seconds nor a date. A date counts from the response's own `Date`, so that no clock of ours matters.
 */
export const retryAfterOf = (field: string | undefined, date: string | undefined): number | undefined => {
  if (field === undefined) return undefined
  const wait = /^\d+$/.test(field) ? Number(field) * 1_000 : timeOf(field) - timeOf(date ?? "")
  return Number.isNaN(wait) ? undefined : Math.min(longest, Math.max(0, wait))
}
