import { assert } from "@effect/vitest"

/** A sample of an exposition: its name with what the format appends, its labels, its value. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: ReadonlyArray<Sample>
}

const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const match = label.exec(text)
    assert.isNotNull(match, `labels: ${text}`)
    const [, name = "", value = ""] = match ?? []
    assert.notProperty(labels, name, "a label is given once")
    labels[name] = value
  }
  return labels
}

/**
 * Reads the Prometheus text format 0.0.4, strictly: every family has its HELP and TYPE before its samples, all in one
 * place, no series is there twice, and a histogram's buckets add up.
 */
export const parsePrometheus = (text: string): ReadonlyMap<string, Family> => {
  assert.isTrue(text.endsWith("\n"), "ends with a line end")
  const families = new Map<string, { type: string; help: string; samples: Array<Sample> }>()
  let current: string | undefined
  let help = ""
  for (const line of text.slice(0, -1).split("\n")) {
    const helped = helpLine.exec(line)
    const typed = typeLine.exec(line)
    if (helped !== null) {
      assert.isFalse(families.has(helped[1] ?? ""), `one place for ${helped[1]}`)
      ;[, current, help = ""] = helped
    } else if (typed !== null) {
      assert.strictEqual(typed[1], current, "TYPE follows HELP")
      families.set(typed[1] ?? "", { type: typed[2] ?? "", help, samples: [] })
    } else {
      const match = sampleLine.exec(line)
      assert.isNotNull(match, `a sample: ${line}`)
      const [, name = "", labels = "", value = ""] = match ?? []
      const family = families.get(current ?? "")
      const suffix = name.slice(current?.length)
      assert.isTrue(name.startsWith(current ?? "?"), `${name} is in the place of ${current}`)
      assert.include(family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""], suffix)
      const number = value.endsWith("Inf") ? (value.startsWith("-") ? -Infinity : Infinity) : Number(value)
      family?.samples.push({ name, labels: labelsOf(labels), value: number })
    }
  }
  for (const [name, { samples, type }] of families) {
    const series = samples.map((sample) => `${sample.name} ${JSON.stringify(sample.labels)}`)
    assert.strictEqual(new Set(series).size, series.length, `${name} has each series once`)
    if (type === "counter") for (const { value } of samples) assert.isAtLeast(value, 0)
    if (type === "histogram") assertHistogram(name, samples)
  }
  return families
}

const assertHistogram = (name: string, samples: ReadonlyArray<Sample>) => {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels: { le } }) => (le === "+Inf" ? Infinity : Number(le)))
  assert.deepStrictEqual(
    bounds,
    bounds.toSorted((a, b) => a - b)
  )
  assert.strictEqual(bounds.at(-1), Infinity)
  const counts = buckets.map(({ value }) => value)
  assert.deepStrictEqual(
    counts,
    counts.toSorted((a, b) => a - b),
    `${name} is cumulative`
  )
  assert.strictEqual(samples.find((sample) => sample.name === `${name}_count`)?.value, counts.at(-1))
}

/** The value of one series. */
export const valueOf = (
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {}
): number | undefined => {
  const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|sum|count)$/, ""))
  return family?.samples.find(
    (sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels)
  )?.value
}
