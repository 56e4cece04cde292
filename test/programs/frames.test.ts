import { assert, describe, it } from "@effect/vitest"
import { Fleet, Inbox } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Stream } from "effect"
import { eventually, joined, pass, withFleet } from "../support/fleet.ts"

const incidents = Effect.flatMap(Fleet, (fleet) => Effect.map(fleet.status, (status) => status.totals.incidents))

describe("protocol row 22: frames that are no event", () => {
  const cases = [
    ["an unknown type", `{"type":"team.party"}`, "frame.unknown-type"],
    ["not JSON", "}{", "frame.malformed.not-json"],
    ["no object", "[1,2,3]", "frame.malformed.no-type"],
    ["no type", `{"text":"props"}`, "frame.malformed.no-type"],
    ["wrong fields", `{"type":"message","text":{}}`, "frame.malformed.bad-fields"]
  ] as const

  for (const [what, frame, incident] of cases) {
    it.effect(`${what} on a team's connection is counted, and harms nothing`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.sendRaw({ team: 1 }, frame)
        yield* rehearsal.say(1, "after")
        yield* pass("1 minute")
        const state = yield* rehearsal.state
        assert.strictEqual(state.team(1).opens, 1)
        assert.strictEqual((yield* incidents)[incident], 1)
        assert.strictEqual((yield* (yield* Fleet).health)[0]?.message_count, 1)
      }).pipe(withFleet())
    )
  }

  for (const frame of [
    "}{",
    "null",
    `{"type":"team.join"}`,
    `{"type":"team.join","team_id":1.5}`,
    `{"type":"confetti"}`
  ]) {
    it.effect(`${frame} on Global harms nothing`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.sendRaw("global", frame)
        yield* joined(2)
        assert.strictEqual((yield* rehearsal.state).global.opens, 1)
      }).pipe(withFleet())
    )
  }

  it.effect("a binary frame is read as UTF-8 text", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.sendRaw({ team: 1 }, new TextEncoder().encode(`{"type":"message","text":"props ✓"}`))
      assert.deepStrictEqual(yield* (yield* Fleet).health, [
        { id: 1, connected: true, message_count: 1, props_count: 1 }
      ])
    }).pipe(withFleet())
  )

  it.effect("a frame over the limit closes that socket, which comes back on the ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.sendRaw({ team: 1 }, `{"type":"message","text":"${"x".repeat(1 << 20)}"}`)
      const state = yield* eventually("back", (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      assert.deepStrictEqual(state.team(1).closeCodes, [1009])
      assert.strictEqual(state.team(2).opens, 1)
      assert.strictEqual((yield* incidents)["violation.message-size"], 1)
      assert.strictEqual((yield* incidents)["connection.refused"], 1)
      assert.isUndefined((yield* incidents)["connection.dropped"])
      assert.strictEqual((yield* (yield* Fleet).health)[0]?.message_count, 0)
    }).pipe(withFleet())
  )

  it.effect("a peer that closes with that code has sent nothing that is too big", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.cut(1, Cut.CloseFrame({ code: 1009 }))
      yield* rehearsal.cutGlobal(Cut.CloseFrame({ code: 1009 }))
      yield* eventually("both are back", (state) => state.team(1).opens === 2 && state.global.opens === 2)
      assert.isUndefined((yield* incidents)["violation.message-size"])
    }).pipe(withFleet())
  )

  it.effect("extra fields are no fault", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.sendRaw({ team: 1 }, `{"type":"message","text":"hi","user":"U1","blocks":[{}]}`)
      assert.strictEqual((yield* (yield* Fleet).health)[0]?.message_count, 1)
    }).pipe(withFleet())
  )
})

describe("protocol row 15: slow bot code", () => {
  it.effect("changes no count and no connection; what overflows is counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const inbox = yield* Inbox
      yield* joined(1, 2)
      yield* Effect.forkChild(Stream.runForEach(inbox.messages, () => Effect.never))
      for (let i = 0; i < 1000; i++) yield* rehearsal.say(1, "props")
      yield* rehearsal.say(2, "hello")
      yield* pass("5 minutes")
      const state = yield* rehearsal.state
      const health = yield* (yield* Fleet).health
      assert.deepStrictEqual(
        health.map((team) => team.message_count),
        [1000, 1]
      )
      assert.deepStrictEqual([state.team(1).opens, state.team(2).opens], [1, 1])
      assert.isAtLeast((yield* incidents)["inbox.overflow"] ?? 0, 900)
    }).pipe(withFleet())
  )
})
