import type { Team } from "../../services/TeamRegistry.ts"
import type { TeamState } from "../../services/TeamState.ts"
import { grouped } from "../terminal/format.ts"
import { dim, green, red, type Text, yellow } from "../terminal/Text.ts"

/** Team on the board: the state of its connection, and how many messages it has sent. */
export interface Square {
  readonly id: Team["id"]
  readonly state: TeamState["_tag"]
  readonly messages: number
}

/** Characters of one square, with the space before it. */
const squareWidth = 16
/** Rows that are shown at most, so that the story above it stays in view. */
const mostRows = 6

/** Draws every team, in rows that fit into so many columns. */
export const board = (squares: ReadonlyArray<Square>, columns: number): ReadonlyArray<Text> => {
  const perRow = Math.max(1, Math.min(6, Math.floor(columns / squareWidth)))
  const shown = squares.slice(0, perRow * mostRows)
  const rows = Array.from({ length: Math.ceil(shown.length / perRow) }, (_, row) =>
    shown.slice(row * perRow, (row + 1) * perRow).map(drawSquare)
  )
  return shown.length < squares.length ? [...rows, dim(`  and ${squares.length - shown.length} more`)] : rows
}

const drawSquare = ({ id, messages, state }: Square): Text => [
  `${String(id).padStart(5)} `,
  mark(state),
  ` ${grouped(messages).padEnd(squareWidth - 8)}`
]

const mark = (state: Square["state"]): Text => {
  switch (state) {
    case "Open":
      return green("●")
    case "Departed":
    case "Draining":
      return dim("○")
    case "SlowRetry":
      return red("◌")
    case "Waiting":
    case "Asking":
    case "Dialing":
    case "Backoff":
      return yellow("◌")
  }
}
