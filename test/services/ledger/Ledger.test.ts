import { assert, describe, it } from "@effect/vitest"
import { Fleet } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Effect, Fiber, Layer } from "effect"
import { type JournalFault, type JournalMemory, make } from "../../../src/rehearsal/memory/JournalMemory.ts"
import { Journal } from "../../../src/services/Journal.ts"
import { Ledger, ledgerState, ledgerTrouble } from "../../../src/services/ledger/Ledger.ts"
import { departed, placed, said, team, wanted } from "../../layers/journal.contract.ts"
import { eventually, joined, pass, settle } from "../../support/fleet.ts"
import { logLines } from "../../support/logLines.ts"
import { fleetOn, leftBehind } from "../../support/state.ts"

const view = Effect.map(Ledger, (ledger) => ledger.view())

const answered = Effect.map(
  Effect.flatMap(Rehearsal, ({ state }) => state),
  ({ global }) => global.healthcheckCount
)

const asks = (id: number) =>
  Effect.map(
    Effect.flatMap(Rehearsal, ({ state }) => state),
    (state) => state.team(id).asks
  )

/** Milliseconds, in steps, until something is so. */
const millisUntil = Effect.fnUntraced(function* <R>(holds: Effect.Effect<boolean, never, R>, most = 20_000) {
  for (let waited = 0; waited <= most; waited += 50) {
    if (yield* holds) return waited
    yield* pass("50 millis")
  }
  return Infinity
})

const hangs: JournalFault = { _tag: "Hangs" }
const fails: JournalFault = { _tag: "Fails", reason: "full" }

describe("what is written", () => {
  it.effect("is the place of a team as soon as it changes, and its counts within a second", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        assert.deepStrictEqual(journal.teams(), [team(1, wanted())])
        yield* pass("1 second")
        yield* rehearsal.say(1, "props")
        yield* pass("999 millis")
        yield* pass("1 millis")
        assert.deepStrictEqual(journal.teams(), [team(1, wanted(), 1, 1)])
        yield* rehearsal.leave(1)
        yield* settle
        assert.deepStrictEqual(journal.teams(), [team(1, departed(), 1, 1)])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("is nothing where nothing has changed", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        yield* joined(1)
        yield* pass("2 seconds")
        const before = journal.writes()
        yield* pass("1 minute")
        assert.deepStrictEqual(journal.writes(), before)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("is all that was counted, once the fleet has ended", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        for (let words = 0; words < 7; words++) yield* rehearsal.say(1, "props")
      }).pipe(fleetOn(journal))
      assert.deepStrictEqual(journal.teams(), [team(1, wanted(), 7, 7)])
    })
  )

  it.effect("is what a healthcheck is told, before it is told", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.say(1, "props")
        yield* journal.fault({ _tag: "Slow", by: "1 second" })
        yield* rehearsal.askHealth
        const waited = yield* millisUntil(Effect.map(answered, (count) => count > 0))
        assert.isAtLeast(waited, 1_000)
        assert.isAtMost(waited, 1_100)
        assert.deepStrictEqual(journal.teams(), [team(1, wanted(), 1, 1)])
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("of a team that is forgotten is taken out, and one that joins again begins at zero", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        const fleet = yield* Fleet
        yield* joined(1, 2)
        yield* rehearsal.say(1, "props")
        yield* pass("2 seconds")
        yield* rehearsal.leave(1)
        yield* pass("1 second")
        assert.deepStrictEqual(journal.teams(), [team(2, wanted())])
        yield* joined(1)
        yield* pass("2 seconds")
        assert.deepStrictEqual(journal.teams(), [team(2, wanted()), team(1, wanted())])
        yield* rehearsal.say(1, "again")
        yield* pass("2 seconds")
        assert.deepStrictEqual(journal.teams()[1], team(1, wanted(), 1))
        assert.strictEqual((yield* fleet.health)[0]?.message_count, 1)
      }).pipe(fleetOn(journal, { rememberDeparted: 0 }))
    })
  )

  it.effect("of departed teams out of the state beyond the number that is remembered is taken out", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* leftBehind(
        journal,
        [1, 2, 3].map((id) => placed(id, departed())),
        [said(1, 5)]
      )
      yield* pass("1 second").pipe(fleetOn(journal, { rememberDeparted: 2 }))
      assert.deepStrictEqual(journal.teams(), [team(2, departed()), team(3, departed())])
    })
  )
})

describe("a team that joins", () => {
  it.effect("is not asked for before its place is written", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* pass("1 second")
        yield* journal.fault({ _tag: "Slow", by: "1 second" })
        yield* rehearsal.join(1)
        const waited = yield* millisUntil(Effect.map(asks(1), (count) => count > 0))
        assert.isAtLeast(waited, 1_000)
        assert.isAtMost(waited, 1_100)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("waits two seconds for a journal that hangs, and no longer", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* pass("1 second")
        yield* journal.fault(hangs)
        yield* rehearsal.join(1)
        const waited = yield* millisUntil(Effect.map(asks(1), (count) => count > 0))
        assert.isAtLeast(waited, 2_000)
        assert.isAtMost(waited, 2_100)
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("waits no longer for many writes that are each quick enough, and for those before its own", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* journal.fault({ _tag: "Slow", by: "1900 millis" })
        yield* rehearsal.say(1, "props")
        yield* pass("1100 millis")
        yield* rehearsal.join(2)
        const waited = yield* millisUntil(Effect.map(asks(2), (count) => count > 0))
        assert.isAtMost(waited, 2_100)
        yield* rehearsal.askHealth
        assert.isAtMost(yield* millisUntil(Effect.map(answered, (count) => count > 0)), 2_100)
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("waits once only for a journal that writes too slowly: that is told until it has written", () =>
    Effect.gen(function* () {
      const journal = yield* make
      const { capture, lines } = logLines()
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* journal.fault({ _tag: "Slow", by: "4 seconds" })
        yield* rehearsal.join(2)
        yield* pass("2100 millis")
        yield* settle
        assert.strictEqual(yield* asks(2), 1)
        assert.strictEqual(
          ledgerTrouble(yield* view),
          "the state cannot be written (away: it does not answer within 2 seconds): 1 team has changes that a restart would lose"
        )
        yield* rehearsal.join(3)
        yield* settle
        assert.strictEqual(yield* asks(3), 1)
        yield* journal.fault(undefined)
        yield* pass("6 seconds")
        assert.isUndefined(ledgerTrouble(yield* view))
      }).pipe(fleetOn(journal), capture)
      assert.strictEqual(lines.filter(({ message }) => /state cannot be written/.test(String(message))).length, 1)
      assert.strictEqual(lines.filter(({ message }) => /state is written again/.test(String(message))).length, 1)
    })
  )

  it.effect("does not wait for a journal that is known to fail", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* journal.fault(fails)
        yield* joined(1)
        yield* pass("2 seconds")
        yield* rehearsal.join(2)
        yield* settle
        assert.strictEqual(yield* asks(2), 1)
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that leaves while it waits is neither asked for nor held", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* pass("1 second")
        yield* journal.fault(hangs)
        yield* rehearsal.join(1)
        yield* pass("1 second")
        yield* rehearsal.leave(1)
        yield* pass("1 minute")
        assert.strictEqual(yield* asks(1), 0)
        yield* journal.fault(undefined)
        yield* pass("1 minute")
        assert.deepStrictEqual(journal.teams(), [team(1, departed())])
      }).pipe(fleetOn(journal))
    })
  )
})

describe("a healthcheck", () => {
  it.effect("waits two seconds for a journal that hangs, and no longer", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.say(1, "props")
        yield* journal.fault(hangs)
        yield* rehearsal.askHealth
        const waited = yield* millisUntil(Effect.map(answered, (count) => count > 0))
        assert.isAtLeast(waited, 2_000)
        assert.isAtMost(waited, 2_100)
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that waits for the journal holds up no event that comes after it", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1, 2)
        yield* rehearsal.say(1, "props")
        yield* journal.fault(hangs)
        yield* rehearsal.askHealth
        yield* rehearsal.leave(2)
        yield* settle
        const { global, openSockets } = yield* rehearsal.state
        const answeredBefore = global.healthcheckCount
        yield* journal.fault(undefined)
        assert.strictEqual(openSockets, 1)
        assert.strictEqual(answeredBefore, 0)
        yield* pass("1 second")
        assert.strictEqual(yield* answered, 1)
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("is answered at once where the journal is known to fail", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* journal.fault(fails)
        yield* rehearsal.say(1, "props")
        yield* pass("2 seconds")
        yield* rehearsal.askHealth
        yield* settle
        assert.strictEqual(yield* answered, 1)
        yield* journal.fault(undefined)
      }).pipe(fleetOn(journal))
    })
  )
})

describe("a journal that fails", () => {
  it.effect("is told of once, and once more when all is written again, with all that came meanwhile", () =>
    Effect.gen(function* () {
      const journal = yield* make
      const { capture, lines } = logLines()
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1, 3)
        yield* pass("2 seconds")
        yield* journal.fault(fails)
        yield* rehearsal.say(1, "props")
        yield* joined(2)
        yield* rehearsal.leave(3)
        yield* pass("10 minutes")
        const troubled = yield* view
        assert.strictEqual(troubled.trouble?.failure.reason, "full")
        assert.isAtLeast(troubled.unwritten, 2)
        assert.match(
          ledgerState({ ...troubled, reason: "full" }) ?? "",
          /^the state cannot be written \(full\): \d teams have changes/
        )
        assert.match(ledgerTrouble(troubled) ?? "", /^the state cannot be written \(full: .*\): \d teams have changes/)
        assert.lengthOf(
          lines.filter(({ message }) => String(message).includes("cannot be written")),
          1
        )
        yield* journal.fault(undefined)
        yield* pass("40 seconds")
        assert.isUndefined(ledgerTrouble(yield* view))
        assert.strictEqual((yield* view).unwritten, 0)
        assert.sameDeepMembers([...journal.teams()], [team(1, wanted(), 1, 1), team(2, wanted()), team(3, departed())])
        assert.lengthOf(
          lines.filter(({ message }) => String(message).includes("is written again")),
          1
        )
      }).pipe(fleetOn(journal), capture)
    })
  )

  it.effect("is told of again when it fails again", () =>
    Effect.gen(function* () {
      const journal = yield* make
      const { capture, lines } = logLines()
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        for (let times = 0; times < 2; times++) {
          yield* journal.fault(fails)
          yield* rehearsal.say(1, "props")
          yield* pass("1 minute")
          yield* journal.fault(undefined)
          yield* pass("1 minute")
        }
        assert.lengthOf(
          lines.filter(({ message }) => String(message).includes("cannot be written")),
          2
        )
        assert.deepStrictEqual(journal.teams(), [team(1, wanted(), 2, 2)])
      }).pipe(fleetOn(journal), capture)
    })
  )

  it.effect("whose answers are lost is written once more, and nothing is counted twice", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* journal.fault({ _tag: "LosesAnswers" })
        yield* rehearsal.say(1, "props")
        yield* rehearsal.leave(1)
        yield* pass("1 minute")
        yield* rehearsal.join(1)
        yield* pass("1 minute")
        yield* journal.fault(undefined)
        yield* pass("1 minute")
        assert.deepStrictEqual(journal.teams(), [team(1, wanted(2), 1, 1)])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that has lost what was written has all of it again, told counts too, though nobody talks", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1, 2, 3)
        yield* rehearsal.say(1, "props")
        yield* rehearsal.leave(3)
        yield* pass("2 seconds")
        yield* journal.setBack([team(1, wanted())])
        yield* joined(4)
        yield* pass("2 seconds")
        assert.isUndefined((yield* view).trouble)
        yield* rehearsal.askHealth
        yield* settle
      }).pipe(fleetOn(journal))
      const last = [team(1, wanted(), 1, 1), team(2, wanted()), team(3, departed()), team(4, wanted())]
      assert.sameDeepMembers([...journal.teams()], last)
    })
  )

  it.effect("that comes back without what was written has it at the first attempt, and each team is told of once", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1, 2)
        yield* rehearsal.say(1, "props")
        yield* pass("2 seconds")
        yield* journal.fault(fails)
        yield* rehearsal.say(1, "props")
        yield* rehearsal.leave(1)
        yield* pass("1 minute")
        assert.strictEqual((yield* view).unwritten, 1)
        yield* journal.setBack([])
        yield* journal.fault(undefined)
        const isWritten = Effect.map(view, ({ trouble }) => trouble === undefined)
        assert.isAtMost(yield* millisUntil(isWritten, 60_000), 38_000)
        assert.sameDeepMembers([...journal.teams()], [team(1, departed(), 2, 2), team(2, wanted())])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that is found at the end to have lost what was written has all of it again as well", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1, 2)
        yield* rehearsal.say(1, "props")
        yield* pass("2 seconds")
        yield* journal.setBack([])
        yield* rehearsal.say(2, "no")
      }).pipe(fleetOn(journal))
      assert.sameDeepMembers([...journal.teams()], [team(1, wanted(), 1, 1), team(2, wanted(), 1)])
    })
  )

  it.effect("that another process has taken over changes nothing for the fleet, and nothing more is written", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* pass("2 seconds")
        yield* journal.seize
        yield* rehearsal.say(1, "props")
        yield* joined(2)
        yield* pass("2 minutes")
        assert.strictEqual((yield* view).trouble?.failure.reason, "taken over")
        assert.strictEqual((yield* rehearsal.state).connectedTeams, 2)
        assert.deepStrictEqual(journal.teams(), [team(1, wanted())])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("with a defect is a failure like any other", () =>
    Effect.gen(function* () {
      const memory = yield* make
      let isBroken = false
      const layer = Layer.effect(
        Journal,
        Effect.map(Journal, (journal) => ({
          ...journal,
          writeCounts: (counts: Parameters<typeof journal.writeCounts>[0]) =>
            isBroken ? Effect.die("a bug") : journal.writeCounts(counts)
        }))
      ).pipe(Layer.provide(memory.layer))
      const journal: JournalMemory = { ...memory, layer }
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        isBroken = true
        yield* rehearsal.say(1, "props")
        yield* pass("1 minute")
        assert.strictEqual((yield* view).trouble?.failure.reason, "failed")
        isBroken = false
        yield* pass("1 minute")
        assert.deepStrictEqual(memory.teams(), [team(1, wanted(), 1, 1)])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("at the end holds the end up for two seconds, and that something is missing is told", () =>
    Effect.gen(function* () {
      const journal = yield* make
      const { capture, lines } = logLines()
      const run = yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* journal.fault(hangs)
        yield* rehearsal.say(1, "props")
        yield* rehearsal.goodbye
        yield* Effect.flatMap(Fleet, (fleet) => fleet.ended)
      }).pipe(fleetOn(journal), capture, Effect.forkChild)
      yield* millisUntil(Effect.sync(() => lines.some(({ message }) => String(message).includes("every connection"))))
      yield* pass("1 second")
      assert.isUndefined(run.pollUnsafe())
      yield* pass("1100 millis")
      yield* Fiber.join(run)
      const [line] = lines.filter(({ message }) => String(message).includes("not in the state"))
      assert.deepStrictEqual(line?.annotations["teams"], 1)
    })
  )
})

describe("the roster of an earlier run", () => {
  it.effect("is asked for without a join, and its counts go on", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* leftBehind(journal, [placed(1), placed(2, departed()), placed("a", wanted(3))], [said(1, 5, 2)])
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        const fleet = yield* Fleet
        yield* eventually("asked", ({ global }) =>
          [1, "a"].every((id) => global.received.some((event) => event.type === "team.connect" && event.team_id === id))
        )
        assert.deepStrictEqual(
          (yield* fleet.health).map(({ id, message_count, props_count }) => [id, message_count, props_count]),
          [
            [1, 5, 2],
            [2, 0, 0],
            ["a", 0, 0]
          ]
        )
        yield* joined(1)
        yield* rehearsal.say(1, "props")
        yield* pass("2 seconds")
        assert.deepStrictEqual(
          journal.teams().find(({ id }) => id === 1),
          team(1, wanted(), 6, 3)
        )
      }).pipe(fleetOn(journal))
    })
  )
})
