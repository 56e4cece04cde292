import { useContext, useEffect, useRef, useState } from "preact/hooks"
import { writeTeamId } from "./api.ts"
import { drawMap, indexAt, type Layout, layoutOf, type Palette, paletteOf, roomIn } from "./drawMap.ts"
import { Deck } from "./hooks.ts"
import { phaseNames } from "./phases.ts"

/** Shows a cell for each wanted team, on one canvas that is drawn when something has changed. */
export const FleetMap = ({ theme }: { readonly theme: string }) => {
  const model = useContext(Deck)
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const marks = useRef({ hovered: -1, cursor: -1, focused: false })
  const layout = useRef<Layout>({ columns: 1, rows: 1, size: 1, height: 1 })
  const palette = useRef<Palette | undefined>(undefined)
  const [tip, setTip] = useState<{ readonly x: number; readonly y: number; readonly text: string } | undefined>()
  const redraw = useRef(() => {})

  useEffect(() => {
    const context = canvas.current?.getContext("2d")
    if (canvas.current == null || context == null || frame.current === null) return
    const [surface, around] = [canvas.current, frame.current]
    const still = matchMedia("(prefers-reduced-motion: reduce)")
    palette.current = undefined
    let asked = 0

    const draw = (now: number) => {
      asked = 0
      const width = around.clientWidth
      layout.current = layoutOf(model.cells.length, width, roomIn(innerWidth, innerHeight))
      const { height, size } = layout.current
      const scale = devicePixelRatio
      if (surface.width !== Math.round(width * scale) || surface.height !== Math.round(height * scale)) {
        surface.width = Math.round(width * scale)
        surface.height = Math.round(height * scale)
        surface.style.height = `${height}px`
      }
      context.setTransform(scale, 0, 0, scale, 0, 0)
      context.clearRect(0, 0, width, height)
      context.font = `500 ${Math.min(13, size / 3)}px ui-sans-serif, system-ui, sans-serif`
      context.textAlign = "center"
      context.textBaseline = "middle"
      palette.current ??= paletteOf(around)
      const selected = model.selected
      const all = {
        hovered: marks.current.hovered,
        cursor: marks.current.focused ? marks.current.cursor : -1,
        selected: selected === undefined ? -1 : model.cells.findIndex(({ id }) => id === selected),
        still: still.matches
      }
      if (drawMap(context, model.cells, layout.current, palette.current, all, now)) later()
    }
    const later = () => {
      if (asked === 0) asked = requestAnimationFrame(draw)
    }
    redraw.current = later
    later()
    const unwatch = model.watch(later)
    const observer = new ResizeObserver(later)
    observer.observe(around)
    return () => {
      unwatch()
      observer.disconnect()
      cancelAnimationFrame(asked)
    }
  }, [model, theme])

  const describe = (index: number) => {
    const cell = model.cells[index]
    return cell === undefined ? undefined : `Team ${writeTeamId(cell.id)}: ${phaseNames[cell.phase].toLowerCase()}`
  }
  const point = (event: { readonly offsetX: number; readonly offsetY: number }) => {
    const index = indexAt(layout.current, event.offsetX, event.offsetY)
    const text = describe(index)
    marks.current.hovered = text === undefined ? -1 : index
    const { columns, size } = layout.current
    setTip(
      text === undefined
        ? undefined
        : { x: ((index % columns) + 0.5) * size, y: Math.floor(index / columns) * size, text }
    )
    redraw.current()
  }
  const leave = () => {
    marks.current.hovered = -1
    setTip(undefined)
    redraw.current()
  }
  const step = (event: KeyboardEvent) => {
    const { columns, size } = layout.current
    const last = model.cells.length - 1
    const by: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
    const { cursor } = marks.current
    if (event.key === "Enter" || event.key === " ") {
      const cell = model.cells[cursor]
      if (cell !== undefined) model.select(cell.id)
    } else if (event.key === "Home") marks.current.cursor = 0
    else if (event.key === "End") marks.current.cursor = last
    else if (by[event.key] !== undefined) {
      marks.current.cursor = Math.max(0, Math.min(last, cursor < 0 ? 0 : cursor + (by[event.key] ?? 0)))
    } else return
    event.preventDefault()
    const index = marks.current.cursor
    const text = describe(index)
    if (text !== undefined) {
      setTip({ x: ((index % columns) + 0.5) * size, y: Math.floor(index / columns) * size, text })
    }
    redraw.current()
  }

  return (
    <div class="map" ref={frame}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="Map of the fleet: a cell for each team. Arrow keys move, Enter opens a team's story."
        aria-describedby="map-tip"
        onPointerMove={point}
        onPointerLeave={leave}
        onClick={(event) => {
          const cell = model.cells[indexAt(layout.current, event.offsetX, event.offsetY)]
          if (cell !== undefined) model.select(cell.id)
        }}
        onKeyDown={step}
        onFocus={() => {
          marks.current.focused = true
          if (marks.current.cursor < 0) marks.current.cursor = 0
          redraw.current()
        }}
        onBlur={() => {
          marks.current.focused = false
          leave()
        }}
      />
      <output
        id="map-tip"
        class="tip"
        hidden={tip === undefined}
        style={{ left: `clamp(5rem, ${tip?.x ?? 0}px, calc(100% - 5rem))`, top: `${tip?.y ?? 0}px` }}
      >
        {tip?.text}
      </output>
    </div>
  )
}
