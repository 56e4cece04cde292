import { Effect } from "effect"
import { Fleet } from "../../services/Fleet.ts"
import type { Screen } from "../terminal/Screen.ts"
import { watch } from "../terminal/watch.ts"
import { statusFields, statusLine } from "./statusLine.ts"

/** Shows how the fleet is doing, until it is interrupted. */
export const watchFleet: Effect.Effect<never, never, Fleet | Screen> = Fleet.use(({ status }) =>
  watch("fleet", {
    look: status,
    messages: ({ totals }) => totals.messages,
    block: (now, perSecond, { paint }) => [statusLine(now, perSecond, paint.stderr)],
    fields: statusFields
  })
)
