import { Effect, Option } from "effect"
import { NameLookups } from "../../services/NameLookups.ts"
import { gauge, readGauge } from "./metric.ts"

const lookups = gauge("botswain_name_lookups", "Look-ups of host names that are under way")
const hanging = gauge("botswain_name_lookups_hanging", "Look-ups under way for more than a second, each with a thread")
const waiting = gauge("botswain_names_waiting", "Host names that wait to be looked up")

/** Metrics of the look-ups of host names, where the socket tells of them. */
export const nameMetrics = Effect.gen(function* () {
  const names = yield* Effect.serviceOption(NameLookups)
  if (Option.isNone(names)) return
  const { load } = names.value
  yield* readGauge(lookups, () => load().underWay)
  yield* readGauge(hanging, () => load().hanging)
  yield* readGauge(waiting, () => load().waiting)
})
