import { useEffect, useRef, useState } from "preact/hooks"
import UPlot from "uplot"
import type { Point } from "./api.ts"
import { useModel } from "./hooks.ts"

const spans = [
  { key: "minutes", label: "2 hours", about: "by the minute" },
  { key: "seconds", label: "2 minutes", about: "by the second" }
] as const

/** Ranges of the scales. The zeros of both vertical ones are at one height. */
interface Ranges {
  readonly events: [number, number]
  readonly messages: [number, number]
  /** Span of time that is shown at least. In seconds. */
  readonly least: number
}

const rangesOf = (points: ReadonlyArray<Point>, least: number): Ranges => {
  const most = (of: (point: Point) => number, atLeast: number) => Math.max(atLeast, ...points.map(of)) * 1.15
  const [up, messages] = [most(({ connects }) => connects, 4), most((point) => point.messages, 4)]
  const down = Math.max(
    up / 12,
    most(({ drops }) => drops, 0)
  )
  return { events: [-down, up], messages: [(-down / up) * messages, messages], least }
}

/** Makes the chart: messages as an area, connects and drops as bars, up and down. */
const makeChart = (element: HTMLElement, width: number, ranges: { readonly current: Ranges }): UPlot => {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const font = "11px ui-sans-serif, system-ui, sans-serif"
  const axis = { stroke: color("faint"), font, ticks: { show: false }, grid: { stroke: color("line"), width: 1 } }
  const bars = UPlot.paths.bars?.({ size: [0.7, 14], align: 1 })
  const whole = (_: UPlot, values: Array<number | null>) =>
    values.map((value) => (value === null || !Number.isInteger(value) ? "" : compact.format(Math.abs(value))))
  const wholeUp = (self: UPlot, values: Array<number | null>) =>
    whole(
      self,
      values.map((value) => (value !== null && value < 0 ? null : value))
    )
  return new UPlot(
    {
      width,
      height: 190,
      legend: { live: true },
      cursor: { points: { size: 5 }, drag: { x: false, y: false } },
      scales: {
        // Else a few points would fill the whole width, with the same time all along the axis.
        x: { time: true, range: (_, from, to) => (to > 0 ? [Math.min(from, to - ranges.current.least), to] : [0, 1]) },
        events: { range: () => ranges.current.events },
        messages: { range: () => ranges.current.messages }
      },
      axes: [
        { ...axis, size: 28, grid: { show: false }, space: 64, values: (_, splits) => splits.map(clock) },
        { ...axis, scale: "events", size: 44, values: whole },
        { ...axis, scale: "messages", side: 1, size: 48, grid: { show: false }, values: wholeUp }
      ],
      series: [
        { value: "{HH}:{mm}:{ss}" },
        {
          label: "messages",
          scale: "messages",
          stroke: color("messages"),
          fill: color("messages-soft"),
          width: 1.5,
          points: { show: false }
        },
        {
          label: "connects",
          scale: "events",
          fill: color("connected"),
          stroke: color("connected"),
          width: 0,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars })
        },
        {
          label: "drops",
          scale: "events",
          fill: color("slow"),
          stroke: color("slow"),
          width: 0,
          points: { show: false },
          value: (_, value) => (value === null ? "–" : String(Math.abs(value))),
          ...(bars === undefined ? {} : { paths: bars })
        }
      ]
    },
    [[], [], [], []],
    element
  )
}

const clock = (seconds: number) =>
  new Date(seconds * 1000).toLocaleTimeString(undefined, { hour12: false }).replace(/:00$/, "")

const compact = new Intl.NumberFormat("en-US", { notation: "compact" })

const dataOf = (points: ReadonlyArray<Point>): UPlot.AlignedData => [
  points.map(({ at }) => at / 1000),
  points.map(({ messages }) => messages),
  points.map(({ connects }) => connects),
  points.map(({ drops }) => -drops)
]

/** Shows the past of the fleet as a chart. */
export const Chart = ({ theme }: { readonly theme: string }) => {
  const model = useModel()
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot | undefined>(undefined)
  const [chosen, choose] = useState<"seconds" | "minutes" | undefined>()
  // At first the minutes would be an empty picture.
  const range = chosen ?? (model.minutes.length < 10 ? "seconds" : "minutes")
  const points = model[range]
  const ranges = useRef<Ranges>(rangesOf([], 0))

  useEffect(() => {
    if (element.current === null) return
    const within = element.current
    chart.current = makeChart(within, within.clientWidth, ranges)
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: within.clientWidth, height: 190 }))
    observer.observe(within)
    return () => {
      observer.disconnect()
      chart.current?.destroy()
    }
  }, [theme])
  useEffect(() => {
    ranges.current = rangesOf(points, range === "seconds" ? 30 : 1_800)
    chart.current?.setData(dataOf(points))
  }, [points, theme])

  return (
    <section class="panel chart" aria-label="Connects, drops and messages">
      <header>
        <h2>Connects, drops, messages</h2>
        <div class="segments" role="group" aria-label="Range">
          {spans.map(({ about, key, label }) => (
            <button key={key} type="button" title={about} aria-pressed={range === key} onClick={() => choose(key)}>
              {label}
            </button>
          ))}
        </div>
      </header>
      <div ref={element} />
    </section>
  )
}
