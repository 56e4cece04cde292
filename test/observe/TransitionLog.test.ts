import { assert, describe, it } from "@effect/vitest"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Layer, References } from "effect"
import * as TransitionLog from "../../src/observe/TransitionLog.ts"
import type { Transition } from "../../src/services/TeamRegistry.ts"
import { TeamState } from "../../src/services/TeamState.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"
import { eventually, joined, pass, stable, withFleet } from "../support/fleet.ts"
import { HandClock } from "../support/handClock.ts"
import { logLines } from "../support/logLines.ts"
import { registryOf, teamOf } from "../support/registries.ts"

const backoff = (until: number) => TeamState.Backoff({ failures: 0, until, reason: "lost", wake: () => {} })

/** Log of transitions that the test makes up. */
const fed = () => {
  const { capture, lines } = logLines()
  let observer: (transition: Transition) => void = () => {}
  const registry = registryOf({ observe: (observe) => Effect.sync(() => void (observer = observe)) })
  const tell = (id: TeamId, from: TeamState, to: TeamState, at = 0) => {
    const team = teamOf(id, to)
    observer({ team, id, generation: 1, from, to, at })
  }
  const log = <A, E, R>(test: Effect.Effect<A, E, R>) =>
    test.pipe(Effect.provide(TransitionLog.layer.pipe(Layer.provide(registry))), capture)
  return { lines, log, tell }
}

describe("the log of transitions", () => {
  it.effect("has a line for each, with team, generation, attempt and cause", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(7)
      yield* rehearsal.refuseDials({ count: 1 })
      yield* rehearsal.cut(7, Cut.CloseFrame({ code: 1011 }))
      yield* eventually("back", (state) => state.team(7).opens === 2)
      yield* rehearsal.leave(7)
      yield* pass("1 second")
      const told = lines.filter(({ annotations, level }) => annotations["team"] === 7 && level !== "Debug")
      assert.deepStrictEqual(
        told.map(({ level, message }) => [level, message]),
        [
          ["Info", "a team is connected"],
          ["Warn", "a team's connection was lost"],
          ["Warn", "a team's attempt failed"],
          ["Info", "a team is connected"],
          ["Info", "a team has left"]
        ]
      )
      const [, lost, failed] = told
      assert.deepInclude(lost?.annotations, { generation: 1, attempt: 1, cause: "closed with code 1011", code: 1011 })
      assert.match(String(failed?.annotations["cause"]), /503/)
    }).pipe(withFleet(), capture)
  })

  it.effect("tells a close of our own from the server's, with the rule that was broken", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(7)
      yield* rehearsal.sendRaw({ team: 7 }, "x".repeat(2 << 20))
      yield* eventually("back", (state) => state.team(7).opens === 2)
      const lost = lines.find(({ message }) => message === "a team's connection was lost")
      const cause = "closed by us with 1009: its message is larger than the frame limit"
      assert.deepInclude(lost?.annotations, { cause, code: 1009 })
    }).pipe(withFleet(), capture)
  })

  it.effect("has every field that says something, also where it is zero", () => {
    const { lines, log, tell } = fed()
    return Effect.gen(function* () {
      const transport = { isOpen: () => false }
      const liveness = { silence: 0, answeredAt: 0, roundTrip: 0 }
      tell(0, TeamState.Open({ since: 0, failures: 0, transport, liveness }), backoff(0))
      tell(0, backoff(0), TeamState.Departed())
      yield* Effect.yieldNow
      const [lost, left] = lines.map(({ annotations }) => annotations)
      assert.deepInclude(lost, { team: 0, generation: 1, attempt: 1, wait: 0, lived: 0 })
      assert.deepInclude(left, { team: 0 })
      assert.notProperty(left, "attempt", "there is none")
    }).pipe(log)
  })

  it.effect("says of a whole outage that it was one, in a few lines and with counts", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const ids = Array.from({ length: 1_000 }, (_, id) => id)
      yield* joined(...ids)
      yield* pass("1 minute")
      lines.length = 0
      yield* rehearsal.startOutage()
      yield* pass("1 minute")
      const warnings = lines.filter(({ level }) => level === "Warn")
      assert.isBelow(warnings.length, 120)
      const lost = warnings.filter(({ message }) => String(message).startsWith("a team's connection was lost"))
      const more = lost.reduce((sum, { annotations }) => sum + Number(annotations["more"] ?? 1), 0)
      assert.strictEqual(more, 1_000, "every one is in a line or in a count")

      lines.length = 0
      yield* rehearsal.endOutage
      yield* eventually("all are back", (state) => state.connectedTeams === 1_000, 120_000)
      yield* pass("10 seconds")
      const news = lines.filter(({ annotations, level }) => level === "Info" && annotations["to"] === "Open")
      const counts = lines.filter(({ message }) => String(message).startsWith("a team is connected: and so"))
      assert.isBelow(news.length + counts.length, 60)
      const others = counts.reduce((sum, { annotations }) => sum + Number(annotations["more"]), 0)
      assert.strictEqual(news.length + others, 1_000, "the way back too")
    }).pipe(withFleet(), capture)
  })

  it.effect("tells how many more there were when the window ends, also if the wall clock is set back in it", () => {
    const clock = new HandClock()
    const { lines, log, tell } = fed()
    return Effect.gen(function* () {
      for (let n = 0; n < 10; n++) tell(n, TeamState.Draining(), TeamState.Departed(), clock.currentTimeMillisUnsafe())
      clock.stepBack("1 hour")
      for (let n = 0; n < 3; n++) tell(n, TeamState.Draining(), TeamState.Departed(), clock.currentTimeMillisUnsafe())
      yield* clock.pass("10 seconds", 1_000)
      assert.strictEqual(lines.at(-1)?.annotations["more"], 3)
    }).pipe(log, Effect.provideService(Clock.Clock, clock))
  })

  it.effect("leaves out what is below the least level", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      yield* joined(1)
      assert.isFalse(lines.some(({ annotations }) => annotations["team"] === 1 && annotations["to"] === "Asking"))
      assert.isTrue(lines.some(({ annotations }) => annotations["to"] === "Open"))
    }).pipe(withFleet(), Effect.provide(Layer.succeed(References.MinimumLogLevel, "Info")), capture)
  })
})
