/** Colours for a terminal; {@link plain} leaves a text as it is. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const code = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`
const same = (text: string) => text

export const colored: Paint = {
  bold: code(1, 22),
  dim: code(2, 22),
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  cyan: code(36, 39)
}

export const plain: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** Chooses the paint for a stream that shows colours or not. */
export const paintFor = (colors: boolean): Paint => (colors ? colored : plain)
