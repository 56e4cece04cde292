import { Effect, Layer } from "effect"
import { Settings } from "../../../src/services/Settings.ts"
import { Stats } from "../../../src/services/Stats.ts"
import { type Team, TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Replaces the teams that healthchecks are answered with. */
const answersWith = (
  change: (remembered: number) => (roster: ReadonlyArray<Team>) => ReadonlyArray<Team>
): PlantedBug["standIn"] =>
  Layer.effect(
    TeamRegistry,
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      const changed = change((yield* Settings).rememberDeparted)
      return { ...registry, roster: () => changed(registry.roster()) }
    })
  )

/** Bugs of which departed teams are remembered. */
export const rememberingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a team that is forgotten when it leaves",
    invariant: "healthcheck",
    within: 5,
    standIn: answersWith(() => (roster) => roster.filter(({ wanted }) => wanted))
  },
  {
    bug: "a team that is forgotten one departure too early",
    invariant: "healthcheck",
    within: 40,
    standIn: answersWith((remembered) => (roster) => {
      const departed = roster.filter(({ state }) => state._tag === "Departed")
      return departed.length > 0 && departed.length === remembered
        ? roster.filter((team) => team !== departed[0])
        : roster
    })
  },
  {
    bug: "a team that is never forgotten",
    invariant: "healthcheck",
    within: 20,
    standIn: answersWith(() => {
      const ever = new Map<TeamId, Team>()
      return (roster) => {
        for (const team of roster) ever.set(team.id, team)
        return [...ever.values()]
      }
    })
  },
  {
    bug: "counts that are forgotten when a team leaves",
    invariant: "counted-once",
    within: 10,
    standIn: Layer.effect(
      TeamRegistry,
      Effect.gen(function* () {
        const registry = yield* TeamRegistry
        const stats = yield* Stats
        const leave: typeof registry.leave = (id) =>
          Effect.tap(registry.leave(id), () => Effect.sync(() => stats.forget(id)))
        return { ...registry, leave }
      })
    )
  },
  {
    bug: "counts that outlive their team's being forgotten",
    invariant: "counted-once",
    within: 40,
    standIn: decorate(Stats, (stats) => {
      const lost = new Map<TeamId, { readonly messages: number; readonly props: number }>()
      return {
        ...stats,
        counter: (team) => {
          const counter = stats.counter(team)
          const known = lost.get(team)
          lost.set(team, counter)
          return known !== undefined && counter.messages === 0 ? Object.assign(counter, known) : counter
        }
      }
    })
  }
]
