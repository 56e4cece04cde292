import { Cause, Clock, Context, Data, Effect, Exit, Layer, Option, Tracer } from "effect"
import { type Team, TeamRegistry } from "../services/TeamRegistry.ts"
import { entryOf } from "./FlightEntry.ts"

/** Error that the span of a failed attempt ends with. */
class AttemptFailed extends Data.TaggedError("AttemptFailed")<{ readonly reason: string }> {
  override get message() {
    return this.reason
  }
}

/** Spans of a team. `before` has ids only: the span itself would keep alive the one that it links to, and so all of them. */
interface Attempts {
  current: Tracer.Span | undefined
  before: Tracer.ExternalSpan | undefined
}

/**
 * Makes a span of each attempt, from the ask to the open connection or the failure, linked to the attempt before, with an
 * event for each time that it is held up. Spans are
 * made from the registry's transitions, so a fleet that is not traced pays nothing for them.
 */
export const layer: Layer.Layer<never, never, TeamRegistry> = Layer.effectDiscard(
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const clock = yield* Clock.Clock
    const tracer = yield* Effect.tracer
    // Effect's default tracer exports nothing: nobody would see the spans.
    if (tracer === Tracer.nativeTracer) return
    const byTeam = new WeakMap<Team, Attempts>()

    const begin = (before: Attempts["before"], attributes: Readonly<Record<string, unknown>>): Tracer.Span => {
      const span = tracer.span({
        name: "team.connect",
        parent: Option.none(),
        annotations: Context.empty(),
        links: before === undefined ? [] : [{ span: before, attributes: { link: "attempt before" } }],
        startTime: clock.currentTimeNanosUnsafe(),
        kind: "client",
        root: true,
        sampled: true
      })
      for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
      return span
    }
    const end = (attempts: Attempts, exit: Exit.Exit<void, AttemptFailed>) => {
      const { current } = attempts
      if (current === undefined) return
      current.end(clock.currentTimeNanosUnsafe(), exit)
      const { sampled, spanId, traceId } = current
      attempts.before = Tracer.externalSpan({ sampled, spanId, traceId })
      attempts.current = undefined
    }

    yield* registry.observe((transition) => {
      const { team } = transition
      const attempts = byTeam.get(team) ?? { current: undefined, before: undefined }
      byTeam.set(team, attempts)
      const { attempt, cause, code, generation, origin, to, wait } = entryOf(transition)
      switch (to) {
        case "Asking":
        case "Dialing":
          attempts.current ??= begin(attempts.before, { team: String(transition.id), generation, attempt })
          if (origin !== undefined) attempts.current.event("dial", clock.currentTimeNanosUnsafe(), { origin })
          return
        case "Open":
          return end(attempts, Exit.void)
        case "Backoff":
        case "SlowRetry":
          attempts.current?.attribute("wait", wait)
          if (code !== undefined) attempts.current?.attribute("code", code)
          return end(attempts, Exit.fail(new AttemptFailed({ reason: cause ?? "unknown" })))
        case "Waiting":
          // It is held up, unless it is a new session that begins: the attempt goes on when it may.
          if (cause === undefined) return end(attempts, Exit.failCause(Cause.interrupt()))
          return attempts.current?.event("held up", clock.currentTimeNanosUnsafe(), { cause })
        case "Draining":
        case "Departed":
          return end(attempts, Exit.failCause(Cause.interrupt()))
      }
    })
  })
)
