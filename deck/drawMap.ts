import type { Cell } from "./model.ts"

/** Where cells are: all of one size, in rows. CSS pixels. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  readonly size: number
  readonly height: number
}

const smallest = 5
const largest = 46

/** Height that a map may take before its cells shrink, in a window of that size. */
export const roomIn = (width: number, height: number): number => (width < 700 ? 520 : Math.max(300, height * 0.44))

/** The largest cells that fit; on a narrow screen the map grows in height before its cells get too small to be hit. */
export const layoutOf = (count: number, width: number, room: number): Layout => {
  const least = width < 700 ? Math.min(7, largest) : smallest
  let size = Math.min(largest, Math.floor(width / Math.min(count, 12)) || largest)
  while (size > least && Math.ceil(count / Math.floor(width / size)) * size > room) size--
  const columns = Math.max(1, Math.floor(width / size))
  const rows = Math.max(1, Math.ceil(count / columns))
  return { columns, rows, size, height: rows * size }
}

export const indexAt = ({ columns, rows, size }: Layout, x: number, y: number): number => {
  const column = Math.floor(x / size)
  const row = Math.floor(y / size)
  return column < 0 || column >= columns || row < 0 || row >= rows ? -1 : row * columns + column
}

/** Colours of a theme, read from the style sheet. */
export interface Palette {
  readonly connected: string
  readonly connecting: string
  readonly retrying: string
  readonly slow: string
  readonly ground: string
  readonly ink: string
  readonly focus: string
}

export const paletteOf = (element: Element): Palette => {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    connected: read("connected"),
    connecting: read("connecting"),
    retrying: read("retrying"),
    slow: read("slow"),
    ground: read("panel"),
    ink: read("ink"),
    focus: read("focus")
  }
}

/** How long a change shines. In milliseconds. */
export const shine = 1_600
/** From this size on a cell has its team's id in it. */
const lettered = 30

interface Marks {
  readonly hovered: number
  readonly cursor: number
  readonly selected: number
  readonly still: boolean
}

/**
 * Draws every cell. A phase has a colour and a form of its own, so that it can be told without the colour: connected is
 * filled, connecting is hollow, retrying has a bar across it, and the slow lane a hole. Gives whether something shines.
 */
export const drawMap = (
  context: CanvasRenderingContext2D,
  cells: ReadonlyArray<Cell>,
  layout: Layout,
  palette: Palette,
  marks: Marks,
  now: number
): boolean => {
  const { columns, size } = layout
  const gap = size >= 16 ? 2 : 1
  const inner = size - gap
  const radius = size >= 14 ? Math.min(5, inner / 5) : size >= 9 ? 1.5 : 0
  let shines = false

  const box = (x: number, y: number, inset = 0) => {
    context.beginPath()
    if (radius === 0) context.rect(x + inset, y + inset, inner - 2 * inset, inner - 2 * inset)
    else context.roundRect(x + inset, y + inset, inner - 2 * inset, inner - 2 * inset, radius)
  }
  for (const [index, { changedAt, id, phase }] of cells.entries()) {
    if (phase === "gone") continue
    const x = (index % columns) * size
    const y = Math.floor(index / columns) * size
    const color = palette[phase]
    if (phase === "connecting") {
      const line = Math.max(1, Math.min(2, inner / 6))
      context.strokeStyle = color
      context.lineWidth = line
      box(x, y, line / 2)
      context.stroke()
    } else {
      context.fillStyle = color
      box(x, y)
      context.fill()
      context.fillStyle = palette.ground
      if (phase === "retrying") {
        const bar = Math.max(1, Math.round(inner / 6))
        context.fillRect(x + inner * 0.2, y + Math.round((inner - bar) / 2), inner * 0.6, bar)
      } else if (phase === "slow") {
        const hole = Math.max(2, Math.round(inner / 2.6))
        context.fillRect(x + Math.round((inner - hole) / 2), y + Math.round((inner - hole) / 2), hole, hole)
      }
    }
    if (size >= lettered && phase !== "retrying" && phase !== "slow") {
      context.fillStyle = palette.ink
      context.fillText(String(id).slice(0, 5), x + inner / 2, y + inner / 2 + 0.5, inner - 4)
    }
    const age = now - changedAt
    if (age < shine && !marks.still) {
      shines = true
      context.globalAlpha = 1 - age / shine
      context.strokeStyle = palette.ink
      context.lineWidth = size >= 14 ? 2 : 1
      box(x, y, context.lineWidth / 2)
      context.stroke()
      context.globalAlpha = 1
    }
  }
  // After the cells, which would cover the edges that are on theirs.
  context.lineWidth = 2
  for (const index of [marks.selected, marks.cursor, marks.hovered]) {
    if (cells[index] === undefined) continue
    const out = index === marks.hovered ? 1 : 2
    context.strokeStyle = index === marks.hovered ? palette.ink : palette.focus
    const side = inner + 2 * out
    context.strokeRect((index % columns) * size - out, Math.floor(index / columns) * size - out, side, side)
  }
  return shines
}
