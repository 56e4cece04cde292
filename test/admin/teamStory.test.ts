import { assert, describe, it } from "@effect/vitest"
import { FlightRecorder, TeamRegistry } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Clock, Effect } from "effect"
import { teamStory } from "../../src/admin/teamStory.ts"
import { eventually, joined, pass, stable, withFleet } from "../support/fleet.ts"

const storyOf = Effect.fnUntraced(function* (id: number) {
  const team = yield* Effect.orDie(Effect.fromNullishOr((yield* TeamRegistry).find(id)))
  const flight = yield* Effect.orDie(Effect.fromNullishOr((yield* FlightRecorder).flight(id)))
  return teamStory(team, flight, yield* Clock.currentTimeMillis)
})

describe("a team's story", () => {
  it.effect("says that it is connected, and since when", () =>
    Effect.gen(function* () {
      yield* joined(7)
      yield* pass("5 minutes")
      assert.strictEqual((yield* storyOf(7)).headline, "Team 7 has been connected for 5 min 0 s.")
    }).pipe(withFleet())
  )

  it.effect("says why it is down, how often in a row, and when it is tried again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(7)
      yield* pass("2 minutes")
      const { headline, lines } = yield* storyOf(7)
      assert.match(
        headline,
        /^Team 7 is in the slow lane after 10 failures in a row: .*503.*\. It is tried again in \d+ min/
      )
      assert.match(lines.at(-1)?.text ?? "", /^Attempt 10 failed: .*503.* It waits .* \(so many failures in a row/)
      assert.strictEqual(lines.at(-1)?.mood, "ill")
    }).pipe(withFleet())
  )

  it.effect("tells a loss and the way back in the order that they happened", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(7)
      yield* rehearsal.cut(7, Cut.CloseFrame({ code: 1011 }))
      yield* eventually("back", (state) => state.team(7).opens === 2)
      const { lines } = yield* storyOf(7)
      const texts = lines.map(({ text }) => text)
      assert.deepStrictEqual(texts.slice(0, 2), ["It is wanted: a new stay begins.", "Attempt 1: it asks for a URL."])
      assert.match(texts[2] ?? "", /^Attempt 1: it dials wss?:\/\/[^/]+\.$/)
      assert.strictEqual(texts[3], "Connected.")
      assert.match(
        texts[4] ?? "",
        /^The connection was lost after 31\.\d s: closed with code 1011\. It waits \d+ ms \(it had been/
      )
      assert.strictEqual(texts.at(-1), "Connected.")
      const times = lines.map(({ at }) => at)
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => a - b)
      )
    }).pipe(withFleet())
  )

  it.effect("says that it waits for the Global connection, where that is why", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(7)
      yield* rehearsal.startOutage({ dials: "hang" })
      yield* pass("1 minute")
      const { headline, lines } = yield* storyOf(7)
      assert.strictEqual(headline, "Team 7 is not connected: the Global connection is down.")
      assert.strictEqual(lines.at(-1)?.text, "It waits: the Global connection is down.")
      assert.strictEqual(lines.at(-1)?.mood, "ill")
    }).pipe(withFleet())
  )

  it.effect("says that it is kept from dialling a host that others fail at, and what the last of them died of", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const others = Array.from({ length: 200 }, (_, id) => id)
      yield* stable(...others)
      yield* rehearsal.refuseDials()
      yield* rehearsal.cutAll()
      yield* pass("10 seconds")
      const stories = yield* Effect.forEach(others, storyOf)
      const reason = `dials to rehearsal.test:80 are held back: the last of them died of "refused: HTTP status 503"`
      const waiting = stories.filter(({ headline }) => headline.endsWith(`not connected: ${reason}.`))
      assert.isAbove(waiting.length, 100)
      assert.strictEqual(waiting[0]?.lines.at(-1)?.text, `It waits: ${reason}.`)
    }).pipe(withFleet())
  )

  it.effect("says that it has left", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(7)
      yield* rehearsal.leave(7)
      yield* pass("1 minute")
      assert.strictEqual((yield* storyOf(7)).headline, "Team 7 left 1 min 0 s ago.")
    }).pipe(withFleet())
  )
})
