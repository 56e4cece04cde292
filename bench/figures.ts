// What is measured, and what must be reached.

/** The size of fleet that the limits are for: what a process costs by itself weighs more on a smaller one. */
export const judgedAt = 5000

export interface Figure {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly digits: number
  readonly better: "less" | "more"
  /** At most so many times the floor. */
  readonly ratio?: number
  /** At most so much more than the floor. */
  readonly more?: number
  /** At most so much. */
  readonly most?: number
}

const figure = (
  key: string,
  label: string,
  unit: string,
  digits: number,
  more: Partial<Pick<Figure, "better" | "ratio" | "more" | "most">> = {}
): Figure => ({ key, label, unit, digits, better: "less", ...more })

export const startFigures = [figure("toGlobal", "process start to Global open", "ms", 0)]

export const fleetFigures = [
  figure("upCpu", "CPU to bring up a team, 400 join a second", "µs", 0, { ratio: 1 }),
  figure("rssIdle", "RSS a team, idle", "KB", 1, { ratio: 1 }),
  figure("heapIdle", "heap a team, idle", "KB", 2, { most: 4.5 }),
  figure("rssTraffic", "RSS a team, after traffic", "KB", 1, { ratio: 1 }),
  figure("rssTotal", "RSS in all, after traffic", "MB", 0),
  figure("cpuTen", "CPU a message, ten a read", "µs", 2, { ratio: 1.05 }),
  figure("cpuOne", "CPU a message, one a read", "µs", 2, { ratio: 0.95 }),
  figure("rateTen", "messages a second, ten a read", "/s", 0, { better: "more" }),
  figure("rateOne", "messages a second, one a read", "/s", 0, { better: "more" }),
  figure("offeredTaken", "taken of 100,000 a second", "/s", 0, { better: "more" }),
  figure("offeredCpu", "CPU a message of these", "µs", 2),
  figure("delayP50", "loop delay p50 meanwhile", "ms", 1),
  figure("delayP99", "loop delay p99 meanwhile", "ms", 1, { most: 30 }),
  figure("keepAlive", "CPU of idle keep-alive", "ms/s", 2, { ratio: 1 }),
  figure("healthcheck", "healthcheck", "ms", 1, { ratio: 1.2 })
]

export const adminFigures = [
  figure("upCpu", "CPU to bring up a team", "µs", 0),
  figure("idle", "CPU of the idle fleet", "ms/s", 1),
  figure("load", "CPU at 50,000 messages a second", "ms/s", 0),
  figure("taken", "taken of these", "/s", 0, { better: "more" }),
  figure("delayP99", "loop delay p99 meanwhile", "ms", 1),
  figure("healthcheck", "healthcheck", "ms", 1),
  figure("rss", "RSS in all", "MB", 0)
]

export const siegeFigures = [
  figure("quietP99", "`/healthz` p99, nothing else asked", "ms", 1),
  figure("busyP99", "`/healthz` p99 while pages are asked for", "ms", 1, { most: 100 }),
  figure("busyMax", "the slowest of these", "ms", 0),
  figure("loopP99", "loop delay p99 meanwhile", "ms", 1),
  figure("askedP99", "`/healthz` p99 while the server asks 1,000 healthchecks at once", "ms", 1, { most: 50 }),
  figure("pages", "pages of 500 that are answered", "/s", 0, { better: "more" }),
  figure("page", "a page, median", "ms", 0),
  figure("crowdedMax", "slowest of ten `/healthz` behind 256 half-sent requests", "ms", 1, { most: 100 }),
  figure("feedFirst", "first event behind 32 paused readers", "ms", 0, { most: 1000 }),
  figure("rss", "RSS in all", "MB", 0)
]

export const unfinishedFigures = [
  figure("base", "RSS of 1,000 teams that say nothing", "MiB", 0),
  figure("allowed", "that, and 64 MiB", "MiB", 0),
  figure("most", "the highest RSS while 0.93 MiB come to each, and pings", "MiB", 0),
  figure("end", "RSS at the end of that, garbage aside", "MiB", 0),
  figure("buffers", "of that in buffers, more than before", "MiB", 1),
  figure("heap", "of that taken for the heap, more than before", "MiB", 1),
  figure("open", "connections open at the end", "of 1,000", 0, { better: "more" }),
  figure("loopP99", "loop delay p99 meanwhile", "ms", 1)
]

export const stateFigures = [
  figure("cpuTen", "CPU a message, ten a read", "µs", 3, { ratio: 1.03 }),
  figure("cpuOne", "CPU a message, one a read", "µs", 2, { ratio: 1.03 }),
  figure("healthcheck", "healthcheck, what it tells written first", "ms", 1),
  figure("delayP99", "loop delay p99 at 50,000 messages a second", "ms", 1),
  figure("exit", "time to exit after goodbye", "ms", 0, { more: 200 }),
  figure("startToGlobal", "process start to Global open", "ms", 0),
  figure("startToUp", "process start to all teams connected: they join at once, or are in the state", "ms", 0, {
    more: 500
  })
]

export const journalFigures = [
  { kind: "sqlite", name: "SQLite", flush: 15 },
  { kind: "postgres", name: "PostgreSQL", flush: 60 }
].flatMap(({ flush, kind, name }) => [
  figure(`load@${kind}`, `${name}: open, with 100,000 teams stored`, "ms", 0, { most: 200 }),
  figure(`flush@${kind}`, `${name}: write the counts of a fleet of 5,000`, "ms", 1, { most: flush }),
  figure(`few@${kind}`, `${name}: the same, of 5,000 among 100,000`, "ms", 1),
  figure(`turn@${kind}`, `${name}: longest turn of the loop meanwhile, CPU`, "ms", 1, { most: 5 }),
  figure(`roster@${kind}`, `${name}: write one place`, "ms", 1)
])

export const burstFigures = [
  figure("upSeconds", "time to bring up all, if they join at once", "s", 1),
  figure("burstCpu", "CPU a team of that", "µs", 0),
  figure("backSeconds", "time back after all are cut", "s", 1),
  figure("backCpu", "CPU a team of that", "µs", 0),
  figure("exit", "time to exit after goodbye", "ms", 0)
]

export const botFigures = [
  ...[1, 10, 100].map((each) =>
    figure(
      `loop@${each}`,
      `CPU of the fleet's loop a message, ${each} a batch`,
      "µs",
      2,
      each === 10 ? { most: 5 } : {}
    )
  ),
  figure("all@10", "CPU of all threads of its process, ten a batch", "µs", 2),
  figure("handled", "handled of what was offered", "%", 1, { better: "more" }),
  figure("lag", "longest delay of the loop at five restarts", "ms", 1)
]

export const growthFigures = (sizes: ReadonlyArray<number>): ReadonlyArray<Figure> =>
  sizes.flatMap((size) => [
    figure(`rss@${size}`, `RSS a team, ${size} teams`, "KB", 1),
    figure(`heap@${size}`, `heap a team, ${size} teams`, "KB", 2),
    figure(`healthcheck@${size}`, `healthcheck, ${size} teams`, "ms", 1)
  ])

export const leakFigures = [figure("heapGrowth", "heap at the last cut against the 20th", "times", 3, { most: 1.02 })]
