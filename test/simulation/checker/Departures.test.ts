import { assert, describe, it } from "@effect/vitest"
import { Departures } from "../../../src/simulation/checker/Departures.ts"
import { Model } from "../../../src/simulation/checker/Model.ts"
import type { TeamModel } from "../../../src/simulation/checker/TeamModel.ts"

/** Fleet that remembers so many, with the moves of its teams. */
const fleet = (remembered: number) => {
  const model = new Model()
  const departures = new Departures(remembered)
  const join = (team: TeamModel) => {
    team.wanted = true
    team.generation++
    departures.rejoined(team)
  }
  return {
    departures,
    join,
    joined: (count: number) =>
      Array.from({ length: count }, (_, id) => {
        const team = model.team(id)
        join(team)
        return team
      }),
    leave: (team: TeamModel) => {
      team.wanted = false
      departures.mayHaveDeparted(team)
    }
  }
}

const memories = (teams: ReadonlyArray<TeamModel>) => teams.map(({ memory }) => memory)

describe("who is remembered after departure", () => {
  it("as many as the setting says, and the oldest is the first to be forgotten", () => {
    const { departures, joined, leave } = fleet(2)
    const teams = joined(4)
    for (const team of teams) {
      leave(team)
      departures.endInstant()
    }
    assert.deepStrictEqual(memories(teams), ["forgotten", "forgotten", "certain", "certain"])
  })

  it("of two that leave in one instant, either may count as the older one", () => {
    const { departures, joined, leave } = fleet(1)
    const [a, b, c] = joined(3) as [TeamModel, TeamModel, TeamModel]
    leave(a)
    leave(b)
    departures.endInstant()
    assert.deepStrictEqual(memories([a, b]), ["in doubt", "in doubt"])
    leave(c)
    departures.endInstant()
    assert.deepStrictEqual(memories([a, b, c]), ["forgotten", "forgotten", "certain"])
  })

  it("one that comes back makes room, and has what it had", () => {
    const { departures, join, joined, leave } = fleet(1)
    const [a, b] = joined(2) as [TeamModel, TeamModel]
    a.count("props")
    leave(a)
    departures.endInstant()
    join(a)
    departures.endInstant()
    leave(b)
    departures.endInstant()
    assert.deepStrictEqual(memories([a, b]), ["certain", "certain"])
    assert.deepStrictEqual(a.tallies, [{ messages: 1, props: 1 }])
  })

  it("one that was forgotten and comes back starts anew", () => {
    const { departures, join, joined, leave } = fleet(0)
    const [team] = joined(1) as [TeamModel]
    team.count("hello")
    leave(team)
    assert.strictEqual(team.memory, "in doubt")
    departures.endInstant()
    assert.strictEqual(team.memory, "forgotten")
    join(team)
    assert.deepStrictEqual([team.memory, team.tallies], ["certain", [{ messages: 0, props: 0 }]])
  })

  it("one that leaves and is back in the same instant may have been forgotten or not", () => {
    const { departures, join, joined, leave } = fleet(0)
    const [team] = joined(1) as [TeamModel]
    departures.endInstant()
    team.count("hello")
    leave(team)
    join(team)
    departures.endInstant()
    team.count("props")
    assert.deepStrictEqual(team.tallies, [
      { messages: 2, props: 1 },
      { messages: 1, props: 1 }
    ])
  })

  it("one whose socket has not ended is remembered, however many leave after it", () => {
    const { departures, joined, leave } = fleet(1)
    const [slow, ...others] = joined(4) as [TeamModel, ...Array<TeamModel>]
    slow.connections.add(undefined as never)
    leave(slow)
    for (const team of others) {
      leave(team)
      departures.endInstant()
    }
    assert.strictEqual(slow.memory, "certain")
    slow.connections.clear()
    departures.mayHaveDeparted(slow)
    departures.endInstant()
    assert.deepStrictEqual(memories([slow, ...others]), ["certain", "forgotten", "forgotten", "forgotten"])
  })
})
