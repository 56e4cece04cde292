import { Duration } from "effect"
import type { DialSelection, Rehearsal } from "../Rehearsal.ts"
import type { Verdict } from "./DialRules.ts"
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
export const ruleVerbs = (platform: Platform): Pick<Rehearsal["Service"], RuleVerb> => {
  const { askRules, dialRules } = platform
  const rule = (selection: DialSelection, verdict: Verdict) =>
    platform.act(() => dialRules.verdicts.add(selection, verdict, platform.now()))
  return {
    refuseDials: ({ retryAfter, status = 503, ...selection } = {}) =>
      rule(selection, { _tag: "Refuse", status, retryAfter }),
    hangDials: (selection = {}) => rule(selection, { _tag: "Hang" }),
    delayDials: (by, selection = {}) => rule(selection, { _tag: "Admit", delay: Duration.toMillis(by) }),
    closeDials: ({ after = 0, code, ...selection }) =>
      rule(selection, { _tag: "Admit", delay: 0, earlyClose: { code, after: Duration.toMillis(after) } }),
    limitDials: (perSecond) => platform.act(() => dialRules.limit(perSecond)),
    queueDials: (perSecond) => platform.act(() => dialRules.queue(perSecond)),
    loseHello: (selection = {}) => platform.act(() => dialRules.lostHellos.add(selection, true, platform.now())),
    acceptDials: platform.act(() => dialRules.clear()),
    answerAsks: (answer, { team, times } = {}) => platform.act(() => askRules.set(answer, team, times)),
    configure: (behaviour) =>
      platform.act(() => {
        platform.behaviour = { ...platform.behaviour, ...behaviour }
      })
  }
}
