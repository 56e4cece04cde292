/** Reads a text in JSON's quotes; `undefined` for one that is something else. */
const quoted = (text: string): string | undefined => {
  if (!text.startsWith(`"`)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "string" && value !== "" ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads a team's id as it is written in a query or on a command line: `7` is the number, `"7"` the text, and what is neither
 * a whole number nor a text in JSON's quotes stands for itself, such as `ops` and `007`.
 */
export const readTeamId = (text: string): number | string => {
  const number = Number(text)
  if (Number.isSafeInteger(number) && String(number) === text) return number
  return quoted(text) ?? text
}

/** Writes a team's id so that {@link readTeamId} gives the same: a text that reads as something else, in JSON's quotes. */
export const writeTeamId = (id: number | string): string =>
  typeof id === "string" && (readTeamId(id) !== id || !id.isWellFormed()) ? JSON.stringify(id) : String(id)
