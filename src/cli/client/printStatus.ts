import { Effect } from "effect"
import { printAll } from "../terminal/Screen.ts"
import { answer, client, type ClientFlags, type NoAnswer } from "./client.ts"
import { type Status, statusLines } from "./statusLines.ts"
import { watchStatus } from "./watchStatus.ts"

/** Failing teams that are shown, at most. */
const mostShown = 10

/** Makes what asks for the fleet, each time that it is run. */
const askerOf = (flags: ClientFlags) =>
  Effect.map(client(flags), ({ fleet, teams }): Effect.Effect<Status, NoAnswer> => {
    const query = { phase: "slow,retrying", sort: "failures", order: "down", limit: mostShown } as const
    return answer(flags)(Effect.all({ fleet: fleet(), trouble: teams({ query }) }))
  })

/** Asks for the fleet, and prints it. */
export const printStatus = (flags: ClientFlags) =>
  Effect.gen(function* () {
    const status = yield* Effect.flatten(askerOf(flags))
    yield* printAll(flags.json ? [JSON.stringify(status)] : statusLines(status))
  })

/** Asks for the fleet again and again, until a signal. */
export const printStatusAgain = (flags: ClientFlags) =>
  Effect.flatMap(askerOf(flags), (ask) => watchStatus(ask, flags.json))
