/** Style that a text may have on a terminal. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan"

/** Text in a style. */
export interface Styled {
  readonly style: Style
  readonly of: Text
}

/** Tab of a text that is laid out by itself. In a plain text it is escaped: what takes no fixed room breaks a table. */
export const tab = { tab: true } as const

/**
 * Text of one line: plain, in a style, or several one after the other. What a plain text says may come from anywhere. Only
 * where it is written does it become characters of a terminal, and is escaped there ({@link render}), so nothing that is
 * quoted in it can move the cursor, colour anything or begin a line.
 */
export type Text = string | Styled | typeof tab | ReadonlyArray<Text>

const inStyle =
  (style: Style) =>
  (of: Text): Styled => ({ style, of })

export const bold = inStyle("bold")
export const dim = inStyle("dim")
export const red = inStyle("red")
export const green = inStyle("green")
export const yellow = inStyle("yellow")
export const cyan = inStyle("cyan")

/** Puts a separator between texts. */
export const joined = (parts: ReadonlyArray<Text>, separator: Text): Text =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))

/** Takes a text with its own lines and tabs: a stack trace, or what a bot prints. */
export const linesOf = (text: string): ReadonlyArray<Text> =>
  text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => joined(line.split("\t"), tab))
