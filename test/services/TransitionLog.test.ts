import { assert, describe, it } from "@effect/vitest"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer, References } from "effect"
import { eventually, joined, pass, stable, withFleet } from "../support/fleet.ts"
import { logLines } from "../support/logLines.ts"

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

  it.effect("leaves out what is below the least level", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      yield* joined(1)
      assert.isFalse(lines.some(({ annotations }) => annotations["team"] === 1 && annotations["to"] === "Asking"))
      assert.isTrue(lines.some(({ annotations }) => annotations["to"] === "Open"))
    }).pipe(withFleet(), Effect.provide(Layer.succeed(References.MinimumLogLevel, "Info")), capture)
  })
})
