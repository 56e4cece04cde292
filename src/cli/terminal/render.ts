import { CliOutput } from "effect/cli"
import type { Style, Text } from "./Text.ts"

/**
 * Characters that are no text: C0, DEL and C1, which are commands to a terminal, what turns the direction of a line, other
 * ends of a line, and halves of a character.
 */
const noText = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Escapes what is no text, as JSON does it: a line of JSON stays what it was. */
export const escaped = (text: string): string =>
  text.replaceAll(noText, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** Codes that begin a style and end it. */
const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39]
}

/** Writes a text as a terminal reads it, escaped; with colours, or without. */
export const render = (text: Text, colors: boolean): string => {
  if (typeof text === "string") return escaped(text)
  if ("tab" in text) return "\t"
  if (!("style" in text)) return text.map((part) => render(part, colors)).join("")
  const inner = render(text.of, colors)
  const [on, off] = codes[text.style]
  return colors ? `\x1b[${on}m${inner}\x1b[${off}m` : inner
}

const widthOfCharacter = (character: string): number =>
  character >= " " && character <= "~" ? 1 : CliOutput.displayWidth(character)

/** Counts the columns that a text takes on a terminal. */
export const widthOf = (text: Text): number => {
  let width = 0
  for (const character of render(text, false)) width += widthOfCharacter(character)
  return width
}

/** Cuts a text to a number of columns; `end` tells that it was cut, within them. */
export const clip = (text: Text, columns: number, end = ""): Text => {
  if (widthOf(text) <= columns) return text
  let room = Math.max(0, columns - widthOf(end))
  const cut = (part: Text): Text => {
    if (typeof part !== "string") {
      if ("tab" in part) return part
      return "style" in part ? { ...part, of: cut(part.of) } : part.map(cut)
    }
    let kept = ""
    for (const character of escaped(part)) {
      const width = widthOfCharacter(character)
      // Nothing narrower goes in behind what found no room.
      room = width > room ? -1 : room - width
      if (room < 0) break
      kept += character
    }
    return kept
  }
  return [cut(text), end]
}
