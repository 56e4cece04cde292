import type { Cell } from "./model.ts"

/** Layout of the cells: squares of one size, in rows. In CSS pixels. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  readonly size: number
  readonly height: number
}

/** Sides of a cell, in CSS pixels: at least, on a narrow screen at least, and at most. */
const [smallest, smallestOnNarrow, largest] = [5, 7, 46] as const
/** Width of a window below which it counts as narrow. In CSS pixels. */
const narrow = 700

/** Height that the map may take before its cells shrink, in a window of that size. */
export const roomIn = (width: number, height: number): number => (width < narrow ? 520 : Math.max(300, height * 0.44))

/** Lays out the largest cells that fit. On a narrow screen the map grows in height before its cells are too small to hit. */
export const layoutOf = (count: number, width: number, room: number): Layout => {
  const least = width < narrow ? smallestOnNarrow : smallest
  let size = Math.min(largest, Math.floor(width / Math.min(count, 12)) || largest)
  while (size > least && Math.ceil(count / Math.floor(width / size)) * size > room) size--
  const columns = Math.max(1, Math.floor(width / size))
  const rows = Math.max(1, Math.ceil(count / columns))
  return { columns, rows, size, height: rows * size }
}

/** Finds the index of the cell at a point; -1 outside of the rows and columns. */
export const indexAt = ({ columns, rows, size }: Layout, x: number, y: number): number => {
  const column = Math.floor(x / size)
  const row = Math.floor(y / size)
  return column < 0 || column >= columns || row < 0 || row >= rows ? -1 : row * columns + column
}

/** Colours of a theme. */
export interface Palette {
  readonly connected: string
  readonly connecting: string
  readonly denied: string
  readonly retrying: string
  readonly slow: string
  readonly ground: string
  readonly ink: string
  readonly focus: string
}

/** Reads the colours of the theme that an element is in from the style sheet. */
export const paletteOf = (element: Element): Palette => {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    connected: read("connected"),
    connecting: read("connecting"),
    denied: read("denied"),
    retrying: read("retrying"),
    slow: read("slow"),
    ground: read("panel"),
    ink: read("ink"),
    focus: read("focus")
  }
}

/** Time that a change shines for. In milliseconds. */
const shine = 1_600
/** Side of a cell from which on its team's id is written in it. In CSS pixels. */
const lettered = 30

/** Indexes of the cells that are marked, -1 for none. `still`: nothing shines, for who wants no motion. */
interface Marks {
  readonly hovered: number
  readonly cursor: number
  readonly selected: number
  readonly still: boolean
}

/**
 * Draws every cell. Each phase has a form beside its colour, so that it can be told without the colour: connected is filled,
 * connecting is hollow, denied is hollow with a bar, retrying has a bar across it, and the slow lane a hole. True if something shines: draw again.
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
    if (phase === "connecting" || phase === "denied") {
      const line = Math.max(1, Math.min(2, inner / 6))
      context.strokeStyle = color
      context.lineWidth = line
      box(x, y, line / 2)
      context.stroke()
      if (phase === "denied") {
        context.fillStyle = color
        context.fillRect(x + inner * 0.25, y + Math.round((inner - line) / 2), inner * 0.5, line)
      }
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
    if (size >= lettered && (phase === "connected" || phase === "connecting")) {
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
