import { Effect } from "effect"
import { Fleet } from "../../services/Fleet.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { statusLine } from "../run/statusLine.ts"
import type { Screen } from "../terminal/Screen.ts"
import { watch } from "../terminal/watch.ts"
import { board } from "./board.ts"

/** Shows the fleet and every team in it, until interrupted. Shows nothing where there is no terminal. */
export const watchBoard: Effect.Effect<never, never, Fleet | TeamRegistry | Screen> = Effect.gen(function* () {
  const fleet = yield* Fleet
  const registry = yield* TeamRegistry
  const squares = Effect.sync(() =>
    registry.roster().map(({ counts, id, state }) => ({ id, state: state._tag, messages: counts.messages }))
  )
  return yield* watch("fleet", {
    status: Effect.all({ fleet: fleet.status, squares }),
    messages: (now) => now.fleet.totals.messages,
    block: (now, perSecond, { columns }) => ["", statusLine(now.fleet, perSecond), ...board(now.squares, columns())],
    // Where there is no terminal, the narration is enough.
    fields: () => undefined
  })
})
