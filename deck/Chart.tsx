import { useEffect, useRef, useState } from "preact/hooks"
import UPlot from "uplot"
import type { Point } from "./api.ts"
import { useModel } from "./hooks.ts"

const ranges = [
  { key: "minutes", label: "2 hours", about: "by the minute" },
  { key: "seconds", label: "2 minutes", about: "by the second" }
] as const

/** The past of the fleet: messages as an area, connects and drops as bars, up and down. */
const makeChart = (element: HTMLElement, width: number): UPlot => {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const font = "11px ui-sans-serif, system-ui, sans-serif"
  const axis = { stroke: color("faint"), font, ticks: { show: false }, grid: { stroke: color("line"), width: 1 } }
  const bars = UPlot.paths.bars?.({ size: [0.7, 14], align: 1 })
  const whole = (_: UPlot, values: Array<number | null>) =>
    values.map((value) => (value === null || !Number.isInteger(value) ? "" : compact.format(Math.abs(value))))
  return new UPlot(
    {
      width,
      height: 190,
      legend: { live: true },
      cursor: { points: { size: 5 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true },
        events: { range: (_, low, high) => [Math.min(-1, low * 1.15), Math.max(1, high * 1.15)] },
        messages: { range: (_, _low, high) => [0, Math.max(4, high * 1.15)] }
      },
      axes: [
        { ...axis, grid: { show: false }, space: 64, values: (_, splits) => splits.map(clock) },
        { ...axis, scale: "events", size: 44, values: whole },
        { ...axis, scale: "messages", side: 1, size: 48, grid: { show: false }, values: whole }
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

export const Chart = ({ theme }: { readonly theme: string }) => {
  const model = useModel()
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot | undefined>(undefined)
  const [chosen, choose] = useState<"seconds" | "minutes" | undefined>()
  // While there is little past, the minutes would be an empty picture.
  const range = chosen ?? (model.minutes.length < 3 ? "seconds" : "minutes")
  const points = model[range]

  useEffect(() => {
    if (element.current === null) return
    const within = element.current
    chart.current = makeChart(within, within.clientWidth)
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: within.clientWidth, height: 190 }))
    observer.observe(within)
    return () => {
      observer.disconnect()
      chart.current?.destroy()
    }
  }, [theme])
  useEffect(() => chart.current?.setData(dataOf(points)), [points, theme])

  return (
    <section class="panel chart" aria-label="Connects, drops and messages">
      <header>
        <h2>Connects, drops, messages</h2>
        <div class="segments" role="group" aria-label="Range">
          {ranges.map(({ about, key, label }) => (
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
