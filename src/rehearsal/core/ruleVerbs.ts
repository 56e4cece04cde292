import { Duration } from "effect"
import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"

type RuleVerb =
  | "refuseDials"
  | "hangDials"
  | "delayDials"
  | "limitDials"
  | "loseHello"
  | "acceptDials"
  | "answerAsks"
  | "configure"

/** How the server will behave. */
export const ruleVerbs = (core: Platform): Pick<Rehearsal["Service"], RuleVerb> => ({
  refuseDials: (selection) =>
    core.act(() => core.dials.dials.add(selection, { _tag: "Refuse", status: selection?.status ?? 503 })),
  hangDials: (selection) => core.act(() => core.dials.dials.add(selection, { _tag: "Hang" })),
  delayDials: (by, selection) =>
    core.act(() => core.dials.dials.add(selection, { _tag: "Delay", millis: Duration.toMillis(by) })),
  limitDials: (perSecond) => core.act(() => core.dials.limit(perSecond)),
  loseHello: (selection) => core.act(() => core.dials.lostHellos.add(selection, true)),
  acceptDials: core.act(() => core.dials.clear()),
  answerAsks: (answer, options) => core.act(() => core.asks.set(answer, options?.team, options?.times)),
  configure: (behaviour) =>
    core.act(() => {
      core.behaviour = { ...core.behaviour, ...behaviour }
    })
})
