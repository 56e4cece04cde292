import { Effect, Function, Metric, type Scope } from "effect"

// No metric is by team: a fleet of ten thousand would be ten thousand series.

/** Defines a counter. */
export const counter = (name: string, description: string): Metric.Counter<number> =>
  Metric.counter(name, { description, incremental: true })

/** Defines a gauge. */
export const gauge = (name: string, description: string): Metric.Gauge<number> => Metric.gauge(name, { description })

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Defines a histogram of seconds. Its bounds are those of 1 ms to a minute that lie between `from` and `to`. */
export const seconds = (name: string, description: string, from: number, to: number) =>
  Metric.histogram(name, { description, boundaries: bounds.filter((bound) => bound >= from && bound <= to) })

/** Attributes of one series of a metric. */
export type Attributes = Readonly<Record<string, string>>

const read = <State>(
  metric: Metric.Metric<number, State>,
  attributes: Attributes,
  get: () => State
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(Effect.context(), (context) =>
      Metric.registerUnsafe(Metric.withAttributes(metric, attributes), context, {
        get,
        update: Function.constVoid,
        modify: Function.constVoid
      })
    ),
    (registration) => Effect.sync(registration.remove)
  )

/** Registers a gauge whose value is read when somebody looks, until the Scope closes. */
export const readGauge = (metric: Metric.Gauge<number>, value: () => number, attributes: Attributes = {}) =>
  read(metric, attributes, () => ({ value: value() }))

/** Registers a counter whose count is read when somebody looks, until the Scope closes. */
export const readCounter = (metric: Metric.Counter<number>, count: () => number, attributes: Attributes = {}) =>
  read(metric, attributes, () => ({ count: count(), incremental: true }))
