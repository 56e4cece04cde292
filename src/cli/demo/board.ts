import type { Team } from "../../services/TeamRegistry.ts"
import type { TeamState } from "../../services/TeamState.ts"
import { grouped } from "../terminal/format.ts"
import type { Paint } from "../terminal/paint.ts"

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
export const board = (squares: ReadonlyArray<Square>, columns: number, paint: Paint): ReadonlyArray<string> => {
  const perRow = Math.max(1, Math.min(6, Math.floor(columns / squareWidth)))
  const shown = squares.slice(0, perRow * mostRows)
  const rows = Array.from({ length: Math.ceil(shown.length / perRow) }, (_, row) =>
    shown
      .slice(row * perRow, (row + 1) * perRow)
      .map((square) => drawSquare(square, paint))
      .join("")
  )
  return shown.length < squares.length ? [...rows, paint.dim(`  and ${squares.length - shown.length} more`)] : rows
}

const drawSquare = ({ id, messages, state }: Square, paint: Paint): string =>
  `${String(id).padStart(5)} ${mark(state, paint)} ${grouped(messages).padEnd(squareWidth - 8)}`

const mark = (state: Square["state"], paint: Paint): string => {
  switch (state) {
    case "Open":
      return paint.green("●")
    case "Departed":
    case "Draining":
      return paint.dim("○")
    case "SlowRetry":
      return paint.red("◌")
    case "Waiting":
    case "Asking":
    case "Dialing":
    case "Backoff":
      return paint.yellow("◌")
  }
}
