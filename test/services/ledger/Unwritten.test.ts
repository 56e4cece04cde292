import { assert, describe, it } from "@effect/vitest"
import type { StoredTeam } from "../../../src/services/Journal.ts"
import { Unwritten } from "../../../src/services/ledger/Unwritten.ts"
import type { Team } from "../../../src/services/TeamRegistry.ts"
import { TeamState } from "../../../src/services/TeamState.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { departed, placed, said, team, wanted } from "../../layers/journal.contract.ts"

/** A roster that is changed by hand, and what of it is not written. */
class Roster {
  readonly teams = new Map<TeamId, Team>()
  readonly unwritten: Unwritten

  constructor(...stored: ReadonlyArray<StoredTeam>) {
    for (const { id, ...rest } of stored) this.#set(id, rest, rest)
    this.unwritten = new Unwritten((id) => this.teams.get(id), stored)
  }

  place(id: TeamId, place = wanted()): void {
    this.#set(id, place, this.teams.get(id)?.counts)
    this.unwritten.placeChanged(id)
  }

  count(id: TeamId, messages: number): void {
    this.#set(id, this.teams.get(id)!, { messages, props: 0 })
  }

  forget(id: TeamId): void {
    this.teams.delete(id)
    this.unwritten.placeChanged(id)
  }

  /** Writes all places, and gives what was written. */
  write(most = Infinity) {
    const changes = this.unwritten.takePlaces(most)
    this.unwritten.placesWritten(changes)
    return changes
  }

  writeCounts() {
    const counts = this.unwritten.changedCounts([...this.teams.values()])
    this.unwritten.countsWritten(counts)
    return counts
  }

  #set(id: TeamId, { generation, wanted: isWanted }: { wanted: boolean; generation: number }, counts?: Team["counts"]) {
    this.teams.set(id, {
      id,
      generation,
      wanted: isWanted,
      counts: { messages: counts?.messages ?? 0, props: counts?.props ?? 0 },
      state: TeamState.Departed(),
      transport: undefined,
      isConfirmed: true,
      deniedSince: undefined
    })
  }
}

const gone = (id: TeamId) => ({ id, place: undefined })

describe("the places that are not written", () => {
  it("are of the teams that have changed, once each, as they stand when they are taken", () => {
    const roster = new Roster()
    roster.place(1)
    roster.place(2)
    roster.place(1, departed())
    assert.strictEqual(roster.unwritten.places, 2)
    assert.deepStrictEqual(roster.write(), [placed(1, departed()), placed(2)])
    assert.strictEqual(roster.unwritten.places, 0)
    assert.deepStrictEqual(roster.write(), [])
  })

  it("are still not written while they are under way", () => {
    const roster = new Roster()
    roster.place(1)
    const changes = roster.unwritten.takePlaces(10)
    assert.isTrue(roster.unwritten.has(1))
    roster.unwritten.placesWritten(changes)
    assert.isFalse(roster.unwritten.has(1))
  })

  it("are taken a number at a time, first those that changed first", () => {
    const roster = new Roster()
    for (const id of [3, 1, 2]) roster.place(id)
    assert.deepStrictEqual(roster.write(2), [placed(3), placed(1)])
    assert.deepStrictEqual(roster.write(2), [placed(2)])
  })

  it("that change while they are under way are not written yet", () => {
    const roster = new Roster()
    roster.place(1)
    const changes = roster.unwritten.takePlaces(10)
    roster.place(1, departed())
    roster.unwritten.placesWritten(changes)
    assert.isTrue(roster.unwritten.has(1))
    assert.deepStrictEqual(roster.write(), [placed(1, departed())])
  })

  it("that could not be written come before those that have changed since", () => {
    const roster = new Roster()
    roster.place(1)
    roster.place(2)
    roster.unwritten.takePlaces(10)
    roster.place(3)
    roster.place(1, departed())
    roster.unwritten.placesFailed()
    assert.deepStrictEqual(roster.write(), [placed(1, departed()), placed(2), placed(3)])
  })
})

describe("a team that is forgotten", () => {
  it("is taken out of the journal, and leaves nothing here", () => {
    const roster = new Roster(team(1, departed(), 5))
    roster.forget(1)
    assert.deepStrictEqual(roster.write(), [gone(1)])
    roster.place(1)
    roster.count(1, 5)
    roster.write()
    assert.deepStrictEqual(roster.writeCounts(), [said(1, 5)], "what was written before is known no more")
  })

  it("before it was ever written needs no write", () => {
    const roster = new Roster()
    roster.place(1)
    roster.forget(1)
    assert.strictEqual(roster.unwritten.places, 0)
  })

  it("while its place is under way is taken out after that", () => {
    const roster = new Roster()
    roster.place(1)
    const changes = roster.unwritten.takePlaces(10)
    roster.forget(1)
    roster.unwritten.placesWritten(changes)
    assert.deepStrictEqual(roster.write(), [gone(1)])
  })

  it("and joins again is taken out first, so that it begins with no counts", () => {
    const roster = new Roster(team(1, departed(), 5))
    roster.forget(1)
    roster.place(1)
    assert.deepStrictEqual(roster.write(), [gone(1), placed(1)])
    assert.deepStrictEqual(roster.writeCounts(), [])
    roster.count(1, 1)
    assert.deepStrictEqual(roster.writeCounts(), [said(1, 1)])
  })

  it("is taken out although a write in between has failed", () => {
    const roster = new Roster(team(1, departed(), 5))
    roster.forget(1)
    roster.place(1)
    roster.unwritten.takePlaces(10)
    roster.place(1, departed())
    roster.unwritten.placesFailed()
    assert.deepStrictEqual(roster.write(), [gone(1), placed(1, departed())])
  })
})

describe("the counts that are not written", () => {
  it("are those that are not as they were written last", () => {
    const roster = new Roster(team(1, wanted(), 5), team(2, wanted(), 7))
    roster.count(1, 6)
    assert.deepStrictEqual(roster.writeCounts(), [said(1, 6)])
    assert.deepStrictEqual(roster.writeCounts(), [])
  })

  it("wait for the place of a team that is new", () => {
    const roster = new Roster()
    roster.place(1)
    roster.count(1, 1)
    assert.deepStrictEqual(roster.writeCounts(), [])
    roster.write()
    assert.deepStrictEqual(roster.writeCounts(), [said(1, 1)])
  })

  it("of a team that was forgotten while they were written are not noted", () => {
    const roster = new Roster(team(1, departed(), 5))
    roster.count(1, 6)
    const counts = roster.unwritten.changedCounts([...roster.teams.values()])
    roster.forget(1)
    roster.write()
    roster.unwritten.countsWritten(counts)
    roster.place(1)
    roster.count(1, 6)
    roster.write()
    assert.deepStrictEqual(roster.writeCounts(), [said(1, 6)])
  })
})
