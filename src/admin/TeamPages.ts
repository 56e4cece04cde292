import { Clock, Effect } from "effect"
import { monotonicMillis } from "../services/monotonic.ts"
import { type Team, TeamRegistry } from "../services/TeamRegistry.ts"
import type { TooBusy } from "./api/Refusal.ts"
import type { TeamsQuery } from "./api/TeamsQuery.ts"
import { Kept } from "./Kept.ts"
import { LoopShare } from "./LoopShare.ts"
import { orderedTeams, pageOf } from "./teamList.ts"
import { makeTeamViews } from "./teamView.ts"

/** Orders of teams that are kept, each of as many references as there are teams. */
const keptOrders = { most: 4, times: 20 }
/** Pages that are kept, of some 200 KB at most. */
const keptPages = { most: 16, times: 20 }

const encoder = new TextEncoder()

/**
 * Makes the answers to queries for teams, as JSON. To filter and sort twenty thousand teams takes milliseconds, so what was
 * just made serves whoever asks for the same, or for another page of it.
 */
export const makeTeamPages = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const views = yield* makeTeamViews
  const share = yield* LoopShare
  const clock = yield* Clock.Clock
  const orders = new Kept<ReadonlyArray<Team>>(keptOrders)
  const pages = new Kept<Uint8Array>(keptPages)
  const now = () => monotonicMillis(clock)

  const make = (query: TeamsQuery, order: string) => {
    const roster = registry.roster()
    const teams = orders.get(order, now, () => orderedTeams(roster, query, views))
    const page = pageOf(teams, query, views)
    return encoder.encode(
      JSON.stringify({ at: clock.currentTimeMillisUnsafe(), total: roster.length, matched: teams.length, ...page })
    )
  }

  return (query: TeamsQuery): Effect.Effect<Uint8Array, TooBusy> =>
    Effect.suspend(() => {
      const { limit, offset, order: direction, phase, sort, text } = query
      const order = JSON.stringify([phase, text, sort, direction])
      const key = JSON.stringify([order, limit, offset])
      const known = pages.find(key, now())
      if (known !== undefined) return Effect.succeed(known)
      return share.takeSoon(Effect.sync(() => pages.get(key, now, () => make(query, order))))
    })
})
