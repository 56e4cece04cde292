import { Effect } from "effect"
import { Fleet } from "../../services/Fleet.ts"
import type { Screen } from "../terminal/Screen.ts"
import { watch } from "../terminal/watch.ts"
import { statusFields, statusLine } from "./statusLine.ts"

/** Shows the state of the fleet, until interrupted. */
export const watchFleet: Effect.Effect<never, never, Fleet | Screen> = Fleet.use(({ status }) =>
  watch("fleet", {
    status,
    messages: ({ totals }) => totals.messages,
    block: (now, perSecond) => [statusLine(now, perSecond)],
    fields: statusFields
  })
)
