import { Duration } from "effect"
import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"

type RuleVerb =
  | "refuseDials"
  | "hangDials"
  | "delayDials"
  | "closeDials"
  | "limitDials"
  | "queueDials"
  | "loseHello"
  | "acceptDials"
  | "answerAsks"
  | "configure"

/** Verbs that set how the server behaves from now on. */
export const ruleVerbs = (platform: Platform): Pick<Rehearsal["Service"], RuleVerb> => ({
  refuseDials: (selection) =>
    platform.act(() =>
      platform.dialRules.verdicts.add(selection, {
        _tag: "Refuse",
        status: selection?.status ?? 503,
        retryAfter: selection?.retryAfter
      })
    ),
  hangDials: (selection) => platform.act(() => platform.dialRules.verdicts.add(selection, { _tag: "Hang" })),
  delayDials: (by, selection) =>
    platform.act(() => platform.dialRules.verdicts.add(selection, { _tag: "Admit", delay: Duration.toMillis(by) })),
  closeDials: ({ after = 0, code, ...selection }) =>
    platform.act(() =>
      platform.dialRules.verdicts.add(selection, {
        _tag: "Admit",
        delay: 0,
        earlyClose: { code, after: Duration.toMillis(after) }
      })
    ),
  limitDials: (perSecond) => platform.act(() => platform.dialRules.limit(perSecond)),
  queueDials: (perSecond) => platform.act(() => platform.dialRules.queue(perSecond)),
  loseHello: (selection) => platform.act(() => platform.dialRules.lostHellos.add(selection, true)),
  acceptDials: platform.act(() => platform.dialRules.clear()),
  answerAsks: (answer, options) => platform.act(() => platform.askRules.set(answer, options?.team, options?.times)),
  configure: (behaviour) =>
    platform.act(() => {
      platform.behaviour = { ...platform.behaviour, ...behaviour }
    })
})
