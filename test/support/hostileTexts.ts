/** Texts with which somebody outside would do something to a terminal: clipboard, screen, rows, direction, half characters. */
export const hostileTexts: ReadonlyArray<string> = [
  "a\x1b]52;c;ZXZpbA==\x07b",
  "c\x1b[2J\x1b[H\x1b[31md",
  "e\u009b2Jf\u0085",
  "7\n 8  connected\r9",
  "g\u202eh\u2066i",
  "j\u2028k\x7f\b\tl"
]

/** Characters that are commands to a terminal, or turn or end a line. */
export const commands = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u
