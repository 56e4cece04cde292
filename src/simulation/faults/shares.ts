import { Duration, Effect } from "effect"
import { Answer, type DialSelection } from "../../rehearsal/Rehearsal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { drawCut } from "./sockets.ts"

/** Milliseconds after which a connection that is accepted and closed early is closed, at most. */
export const longestEarlyLife = 2_000

/** Draws how long something lasts that is not over soon, in milliseconds. */
const drawLasting = ({ prng }: FaultContext): number => prng.logUniform(2_000, 300_000)

/** Draws some of these, sometimes most or all. */
const drawShare = <A>({ prng }: FaultContext, of: ReadonlyArray<A>): ReadonlyArray<A> =>
  prng.subset(of, prng.pick([0.3, 0.7, 0.9, 1]))

/** Codes of a server that has no room, is being replaced, or takes a team for another instance of itself. */
const earlyCodes = [1013, 1012, 1008, 4008] as const

/** Fault of a share of a host's teams, whose handshakes fail for a time. All of the host may be cut as it begins. */
const toShareOfHost =
  (fail: (context: FaultContext, selection: DialSelection) => Effect.Effect<void>): Fault =>
  (context) =>
    Effect.gen(function* () {
      const { checker, prng, rehearsal } = context
      const all = [...checker.server.teams.values()]
      const host = prng.pick(all)?.host
      const ofHost = all.filter((team) => team.host === host).map(({ id }) => id)
      const teams = drawShare(context, ofHost)
      if (teams.length === 0) return false
      checker.trace(() => `fault   ${teams.length} of ${ofHost.length} teams on ${host}: ${JSON.stringify(teams)}`)
      yield* fail(context, { of: { teams }, lasting: drawLasting(context) })
      if (prng.chance(0.5)) {
        const how = drawCut(context)
        for (const id of ofHost) yield* rehearsal.cut(id, how)
      }
      return true
    })

/** Fault of the asks of a share of all teams, which are answered in this way for a time. */
const toShareOfAsks =
  (answer: Answer): Fault =>
  (context) =>
    Effect.gen(function* () {
      const { ids, rehearsal, schedule } = context
      const teams = drawShare(context, ids)
      const answerAll = (how: Answer) =>
        Effect.forEach(teams, (team: TeamId) => rehearsal.answerAsks(how, { team }), { discard: true })
      yield* answerAll(answer)
      yield* schedule(drawLasting(context), answerAll(Answer.Once()))
      return teams.length > 0
    })

/** Faults in which the platform is neither up nor down: a part of it fails, for a time. */
export const shareFaults = {
  "some teams of a host refused": toShareOfHost(({ prng, rehearsal }, selection) =>
    rehearsal.refuseDials({ ...selection, status: prng.pick([403, 429, 500, 503]) })
  ),
  "some teams of a host without an answer": toShareOfHost(({ rehearsal }, selection) => rehearsal.hangDials(selection)),
  "some teams of a host closed at once": toShareOfHost(({ prng, rehearsal }, selection) =>
    rehearsal.closeDials({ ...selection, code: prng.pick(earlyCodes) })
  ),
  "some teams of a host closed after a second or two": toShareOfHost(({ prng, rehearsal }, selection) =>
    rehearsal.closeDials({ ...selection, code: prng.pick(earlyCodes), after: prng.int(1_000, longestEarlyLife) })
  ),
  "a host without an answer": (context) =>
    Effect.gen(function* () {
      const host = context.prng.pick([...context.checker.server.teams.values()])?.host
      if (host === undefined) return false
      yield* context.rehearsal.hangDials({ of: { host }, lasting: drawLasting(context) })
      return true
    }),
  "asked to stay away": ({ prng, rehearsal }) =>
    Effect.as(
      rehearsal.refuseDials({
        status: prng.pick([429, 503]),
        retryAfter: prng.logUniform(1, 120),
        count: prng.logUniform(1, 5),
        lasting: Duration.minutes(1)
      }),
      true
    ),
  "asks of some answered with an error": toShareOfAsks(Answer.Error({ message: "too busy" })),
  "asks of some unanswered": toShareOfAsks(Answer.Never()),
  "handshakes queue": (context) =>
    Effect.as(
      Effect.andThen(
        context.rehearsal.queueDials(context.prng.pick([1, 5, 50])),
        context.schedule(drawLasting(context), context.rehearsal.queueDials(Infinity))
      ),
      true
    )
} satisfies Record<string, Fault>
