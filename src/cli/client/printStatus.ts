import { Effect } from "effect"
import { print, Screen } from "../terminal/Screen.ts"
import { answer, client, type ClientFlags } from "./client.ts"
import { type Status, statusLines } from "./statusLines.ts"
import { watchStatus } from "./watchStatus.ts"

/** Failing teams that are shown, at most. */
const mostShown = 10

const askStatus = Effect.fnUntraced(function* (flags: ClientFlags) {
  const { fleet, teams } = yield* client(flags)
  const query = { phase: "slow,retrying", sort: "failures", order: "down", limit: mostShown } as const
  const status: Status = yield* answer(flags)(Effect.all({ fleet: fleet(), trouble: teams({ query }) }))
  return status
})

/** Asks for the fleet, and prints it. */
export const printStatus = (flags: ClientFlags) =>
  Effect.gen(function* () {
    const status = yield* askStatus(flags)
    const { paint } = yield* Screen
    yield* print(flags.json ? JSON.stringify(status) : statusLines(status, paint.stdout).join("\n"))
  })

/** Asks for the fleet again and again, until a signal. */
export const printStatusAgain = (flags: ClientFlags) => watchStatus(askStatus(flags), flags.json)
