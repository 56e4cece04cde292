/** Characters that are shown of an error that bot code threw, at most. */
const length = 200

/** Code may throw anything: an error whose message is none, or a value that cannot be told. */
const textOf = (error: unknown): string => {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return "an error that has no text"
  }
}

/** The first line of an error, and not too much of it: without control characters, since people read it on a terminal. */
export const excerpt = (error: unknown): string => {
  const [line = ""] = textOf(error).split("\n")
  return line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ").slice(0, length)
}
