import { isDenied, type Team } from "../services/TeamRegistry.ts"
import { span } from "./api/span.ts"
import type { TeamRow } from "./api/TeamView.ts"

/** Times of this instant and bounds, in milliseconds. `monotonic`: the clock that denials are timed by. */
export interface NamingTimes {
  readonly now: number
  readonly monotonic: number
  readonly forgetAfter: number
}

/** Tells whether the platform has named a team, and since when it denies it. Times are milliseconds since 1970. */
export const namingOf = (team: Team, { forgetAfter, monotonic, now }: NamingTimes): TeamRow["naming"] => {
  const confirmed = team.isConfirmed
  if (team.deniedSince === undefined || !isDenied(team)) return { confirmed, deniedSince: null, departsAt: null }
  const deniedSince = now - Math.max(0, monotonic - team.deniedSince)
  return { confirmed, deniedSince, departsAt: deniedSince + forgetAfter }
}

/** Says of an unconfirmed team what will become of it, for people; `undefined` for one that is confirmed. */
export const fateOf = ({ confirmed, departsAt, deniedSince }: TeamRow["naming"], now: number): string | undefined => {
  if (confirmed) return undefined
  if (deniedSince === null || departsAt === null) {
    return "It is unconfirmed: the platform has not named it since it could have. It stays until that denies it, or says that it left."
  }
  const denied = `It is unconfirmed, and denied by the platform for ${span(now - deniedSince)}: it departs`
  return departsAt > now
    ? `${denied} in ${span(departsAt - now)} if that goes on.`
    : `${denied} once others have been made offers meanwhile.`
}
