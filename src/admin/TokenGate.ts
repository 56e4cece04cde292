import { hash, timingSafeEqual } from "node:crypto"
import { Clock, Context, Effect, Layer, Redacted } from "effect"
import { LogThrottle } from "../services/LogThrottle.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { Stats } from "../services/Stats.ts"
import { AdminSettings } from "./AdminSettings.ts"
import { Guesses } from "./Guesses.ts"
import { isSignature, judgeSignature, type Question, signingKey } from "./signature.ts"

/** Judgement of what a request shows: `late` is a signature of another time, `slowed` is not judged after many wrong ones. */
export type Judgement = "right" | "none" | "wrong" | "late" | "slowed"

/** What a request shows, and who asks by it. */
export interface Shown extends Question {
  readonly authorization: string | undefined
  readonly client: string
}

/** Digests are of one length, so that a comparison takes the same time whatever is shown. */
const digest = (text: string) => hash("sha256", text, "buffer")

/** Judges the tokens that are shown: itself, as `Authorization: Bearer`, or a signature by it. Wrong ones are logged and slowed. */
export class TokenGate extends Context.Service<
  TokenGate,
  { readonly judge: (shown: Shown) => Effect.Effect<Judgement> }
>()("botswain/admin/TokenGate") {
  static readonly layer: Layer.Layer<TokenGate, never, AdminSettings | LogThrottle | Stats> = Layer.effect(
    TokenGate,
    Effect.gen(function* () {
      const { token } = yield* AdminSettings
      const stats = yield* Stats
      const throttle = yield* LogThrottle
      const clock = yield* Clock.Clock
      const guesses = new Guesses()
      const expected = token === undefined ? undefined : digest(Redacted.value(token))
      const key = yield* Effect.cached(token === undefined ? Effect.never : signingKey(token))

      const compare = (authorization: string, question: Question) =>
        Effect.gen(function* () {
          if (expected === undefined) return "wrong"
          if (isSignature(authorization)) {
            return judgeSignature(yield* key, question, authorization, clock.currentTimeMillisUnsafe())
          }
          return timingSafeEqual(digest(authorization.slice("bearer ".length)), expected) ? "right" : "wrong"
        })

      return {
        judge: Effect.fnUntraced(function* ({ authorization = "", client, ...question }) {
          if (!isSignature(authorization) && !/^bearer ./i.test(authorization)) return "none"
          const wait = guesses.charge(client, monotonicMillis(clock))
          if (wait === undefined) return "slowed"
          if (wait > 0) yield* Effect.sleep(wait)
          const judgement = yield* compare(authorization, question)
          if (judgement === "wrong") {
            stats.tally("operator.refused")
            yield* throttle.warn("operator.refused", "a wrong token was shown to the admin surface", { from: client })
          } else guesses.refund(client)
          return judgement
        })
      }
    })
  )
}
