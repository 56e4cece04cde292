import { Effect } from "effect"
import { print, Screen } from "../terminal/Screen.ts"
import { answer, client, type ClientFlags } from "./client.ts"
import { type Status, statusLines } from "./statusLines.ts"
import { watchStatus } from "./watchStatus.ts"

/** Teams in trouble that are shown. */
const shown = 10

const look = Effect.fnUntraced(function* (flags: ClientFlags) {
  const { fleet, teams } = yield* client(flags)
  const query = { phase: "slow,retrying", sort: "failures", order: "down", limit: shown } as const
  const status: Status = yield* answer(flags)(Effect.all({ fleet: fleet(), trouble: teams({ query }) }))
  return status
})

/** Asks for the fleet, and prints it. */
export const printStatus = (flags: ClientFlags, asJson: boolean) =>
  Effect.gen(function* () {
    const status = yield* look(flags)
    const { paint } = yield* Screen
    yield* print(asJson ? JSON.stringify(status) : statusLines(status, paint.stdout).join("\n"))
  })

/** Asks for the fleet again and again, until a signal. */
export const printStatusAgain = (flags: ClientFlags, asJson: boolean) => watchStatus(look(flags), asJson)
