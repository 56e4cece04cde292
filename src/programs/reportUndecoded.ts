import type { LogThrottle } from "../services/LogThrottle.ts"
import type { Stats } from "../services/Stats.ts"
import type { Decoded } from "../wire/Frame.ts"

/** Counts a frame that is no event, and warns of a malformed one. Rule: protocol row 22. */
export const reportUndecoded = (
  decoded: Exclude<Decoded<unknown>, { readonly _tag: "Event" }>,
  connection: "team" | "global",
  { stats, throttle }: { readonly stats: Stats["Service"]; readonly throttle: LogThrottle["Service"] }
): void => {
  if (decoded._tag === "UnknownType") return stats.tally("frame.unknown-type")
  stats.tally(`frame.malformed.${decoded.reason}`)
  throttle.warnUnsafe(`malformed ${connection} frame`, "a frame was malformed", { connection, problem: decoded.detail })
}
