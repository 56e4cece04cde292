import { assert, describe, it } from "@effect/vitest"
import { Stats, TeamRegistry } from "botswain"
import { Answer, Cut, Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { eventually, joined, pass, stable, stateOf, withFleet } from "../support/fleet.ts"

const incidents = Effect.flatMap(Stats, (stats) => Effect.map(stats.totals, (totals) => totals.incidents))

describe("protocol row 1: the scheme of ws_url", () => {
  it.effect("http is read as ws", () =>
    Effect.gen(function* () {
      yield* (yield* Rehearsal).configure({ httpUrls: true })
      yield* joined(1)
    }).pipe(withFleet())
  )

  for (const url of ["ftp://rehearsal/connect", "not a url", ""]) {
    it.effect(`${JSON.stringify(url)} is a refused offer: counted, and asked for again on the ladder`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* rehearsal.answerAsks(Answer.Url({ url }), { times: 1 })
        yield* rehearsal.join(1)
        yield* eventually("asked", (state) => state.team(1).asks === 1)
        yield* pass(1)
        assert.strictEqual(yield* stateOf(1), "Backoff")
        assert.strictEqual((yield* incidents)["offer.refused"], 1)
        const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
        assert.strictEqual(state.team(1).asks, 2)
      }).pipe(withFleet())
    )
  }
})

describe("protocol row 2: the dial policy", () => {
  for (const url of [
    "ws://127.0.0.1:8080/x",
    "ws://10.1.2.3/x",
    "ws://[::1]/x",
    "ws://169.254.169.254/latest",
    "ws://localhost/x"
  ]) {
    it.effect(`a team URL on ${new URL(url).hostname} is refused where Global is on a public name`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* rehearsal.answerAsks(Answer.Url({ url }), { times: 1 })
        yield* rehearsal.join(1)
        const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
        assert.strictEqual((yield* incidents)["offer.refused"], 1)
        assert.strictEqual(state.team(1).asks, 2)
      }).pipe(withFleet())
    )
  }

  it.effect("a list of hosts replaces the rule", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.join(1)
      yield* pass("5 seconds")
      assert.strictEqual((yield* rehearsal.state).dials.total, 1, "only the Global dial")
      assert.isAtLeast((yield* incidents)["offer.refused"] ?? 0, 1)
    }).pipe(withFleet({ allowHosts: ["elsewhere.example"] }))
  )
})

describe("protocol row 6: team.connect is request and reply", () => {
  it.effect("no reply within the connect timeout is a failed attempt", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Never(), { times: 1 })
      yield* rehearsal.join(1)
      yield* eventually("asked", (state) => state.team(1).asks === 1)
      yield* pass("9 seconds")
      assert.strictEqual(yield* stateOf(1), "Asking")
      yield* pass("1100 millis")
      assert.strictEqual((yield* incidents)["ask.unanswered"], 1)
      const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
      assert.strictEqual(state.team(1).asks, 2)
    }).pipe(withFleet())
  )

  it.effect("one ask is in flight for a team, however often it joins", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Never())
      for (let i = 0; i < 4; i++) {
        yield* rehearsal.join(1)
        yield* pass("2 seconds")
      }
      assert.strictEqual((yield* rehearsal.state).team(1).asks, 1)
    }).pipe(withFleet())
  )

  it.effect("a second offer for a connected team does not touch its socket", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Twice())
      yield* joined(1)
      yield* rehearsal.offer(1)
      yield* pass("20 seconds")
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(1).openSockets, 1)
      assert.strictEqual(state.dials.total, 2)
    }).pipe(withFleet())
  )

  it.effect("an offer for a team that never joined is ignored, and counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.sendRaw("global", `{"type":"team.connect","team_id":99,"ws_url":"ws://rehearsal/connect/99"}`)
      yield* pass("5 seconds")
      assert.strictEqual((yield* incidents)["offer.unknown-team"], 1)
      assert.strictEqual((yield* rehearsal.state).dials.total, 2)
    }).pipe(withFleet())
  )

  it.effect("a reply that comes late, in the wait on the ladder, is dialled at the next attempt", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Late({ by: "10100 millis" }), { times: 1 })
      yield* rehearsal.join(1)
      const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
      assert.strictEqual(state.team(1).asks, 1)
    }).pipe(withFleet())
  )
})

describe("protocol row 5: what belongs to an older generation is dropped", () => {
  it.effect("an offer of a stay that was over before it began is not dialled in the next one", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Never())
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      // All in one read.
      yield* rehearsal.join(1)
      yield* rehearsal.offer(1)
      yield* rehearsal.leave(1)
      yield* pass(1)
      assert.strictEqual(yield* stateOf(1), "Departed")
      yield* rehearsal.join(1)
      yield* pass(1)
      assert.strictEqual(yield* stateOf(1), "Asking")
      const { dials, team } = yield* rehearsal.state
      assert.deepStrictEqual([dials.total, team(1).asks], [1, 1])
    }).pipe(withFleet())
  )
})

describe("protocol row 7: a URL is used once", () => {
  it.effect("each attempt asks for a fresh one", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let opens = 2; opens < 5; opens++) {
        yield* rehearsal.cut(1)
        yield* eventually("back", (state) => state.team(1).opens === opens && state.team(1).openSockets === 1)
      }
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).asks, 4)
      assert.strictEqual(state.dials.refused, 0)
    }).pipe(withFleet())
  )

  it.effect("while Global is down the last one is tried, once", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.refuseDials({ of: "global" })
      yield* rehearsal.cutGlobal()
      yield* rehearsal.cut(1)
      yield* pass("2 minutes")
      const state = yield* rehearsal.state
      assert.strictEqual(
        state.dials.recent.filter((dial) => dial.target !== "global").length,
        2,
        "the first, and one more"
      )
      assert.strictEqual(yield* stateOf(1), "Waiting")
      yield* rehearsal.acceptDials
      yield* eventually("connected", (state) => state.team(1).openSockets === 1)
    }).pipe(withFleet())
  )

  it.effect("while Global is down the last one brings a team back, where the server allows that", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.configure({ singleUseUrls: false })
      yield* stable(1)
      yield* rehearsal.refuseDials({ of: "global" })
      yield* rehearsal.cutGlobal()
      yield* rehearsal.cut(1)
      yield* eventually("back", (state) => state.team(1).openSockets === 1 && state.team(1).opens === 2, 1000)
      assert.strictEqual((yield* rehearsal.state).team(1).asks, 1)
    }).pipe(withFleet())
  )
})

describe("protocol row 21: error", () => {
  it.effect("of a team that waits for an offer: its attempt has failed at once", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Error({ message: "no such team" }), { times: 1 })
      yield* rehearsal.join(1)
      yield* eventually("asked", (state) => state.team(1).asks === 1)
      yield* pass(1)
      assert.strictEqual(yield* stateOf(1), "Backoff")
      yield* eventually("connected", (state) => state.team(1).openSockets === 1, 1500)
      assert.strictEqual((yield* incidents)["ask.error"], 1)
    }).pipe(withFleet())
  )

  it.effect("without a team, of an unknown team, or of a connected one: nothing changes", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.error({ message: "overloaded" })
      yield* rehearsal.error({ message: "who?", teamId: 99, receivedMessage: { any: ["thing"] } })
      yield* rehearsal.error({ message: "odd", teamId: 1, receivedMessage: "text" })
      yield* rehearsal.sendRaw("global", `{"type":"error","team_id":null,"received_message":null}`)
      yield* pass("10 seconds")
      const state = yield* rehearsal.state
      assert.strictEqual(state.global.opens, 1)
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual((yield* incidents)["global.error"], 4)
      assert.deepStrictEqual(
        (yield* TeamRegistry).roster().map((team) => team.id),
        [1]
      )
    }).pipe(withFleet())
  )
})

describe("a team that is cut while others fail", () => {
  it.effect("comes back with a fresh ask, on its own", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1, 2, 3)
      yield* rehearsal.refuseDials({ of: { team: 2 } })
      yield* rehearsal.cut(2, Cut.Reset())
      yield* rehearsal.cut(3, Cut.Reset())
      yield* eventually("team 3 is back", (state) => state.team(3).openSockets === 1, 1000)
      yield* pass("30 seconds")
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(2).openSockets, 0)
      assert.isAtLeast(state.dials.refused, 5)
    }).pipe(withFleet())
  )
})
