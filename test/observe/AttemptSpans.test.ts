import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect, Tracer } from "effect"
import * as AttemptSpans from "../../src/observe/AttemptSpans.ts"
import { eventually, joined, pass, withFleet } from "../support/fleet.ts"

/** Tracer, and the spans of all attempts. */
const makeTracer = () => {
  const attempts: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      if (options.name === "team.connect") attempts.push(span)
      return span
    }
  })
  return { attempts, traced: Effect.withTracer(tracer) }
}

describe("the span of an attempt", () => {
  it.effect("is linked to the one before by its name alone, so that a team holds no chain of them", () => {
    const { attempts, traced } = makeTracer()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.refuseDials()
      yield* rehearsal.cut(1)
      yield* pass("5 minutes")
      assert.isAtLeast(attempts.length, 10)
      for (const [n, { links }] of attempts.entries()) {
        const before = attempts[n - 1]
        assert.deepStrictEqual(
          links.map(({ span }) => [span._tag, span.traceId, span.spanId, span.sampled]),
          before === undefined ? [] : [["ExternalSpan", before.traceId, before.spanId, before.sampled]]
        )
      }
    }).pipe(Effect.provide(AttemptSpans.layer), withFleet(), traced)
  })

  it.effect("goes on while the attempt is held up, and tells of that", () => {
    const { attempts, traced } = makeTracer()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const teams = Array.from({ length: 200 }, (_, id) => id)
      yield* rehearsal.refuseDials()
      for (const id of teams) yield* rehearsal.join(id)
      yield* pass("5 seconds")
      const begun = attempts.length
      const held = attempts.filter((span) => span instanceof Tracer.NativeSpan && span.events.length > 1)
      assert.isAbove(held.length, 20)
      assert.isTrue(held.some(({ status }) => status._tag === "Started"))
      yield* rehearsal.acceptDials
      yield* eventually("all are up", (state) => state.connectedTeams === teams.length)
      assert.isAtMost(attempts.length - begun, 200, "those that were held up go on in the same span")
    }).pipe(Effect.provide(AttemptSpans.layer), withFleet(), traced)
  })
})
