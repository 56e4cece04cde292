import { createHmac, scrypt, timingSafeEqual } from "node:crypto"
import { Effect, Redacted } from "effect"

/** Time for which a signature is good, before and after the time that it names. In milliseconds. */
const goodFor = 60_000

/** Key that is made of the operators' token. It signs in its place, so that the token itself is sent to nobody. */
export type SigningKey = Redacted.Redacted<Uint8Array>

/** Question that is signed. `url` is the path with the query, as it is sent. */
export interface Question {
  readonly method: string
  readonly url: string
}

/**
 * Makes the key of a token, in some 50 ms of another thread: so much does each guess cost who has a signature, and looks for
 * a token that fits.
 */
export const signingKey = (token: Redacted.Redacted): Effect.Effect<SigningKey> =>
  Effect.callback((resume) => {
    scrypt(Redacted.value(token), "botswain admin", 32, (error, key) =>
      resume(error === null ? Effect.succeed(Redacted.make(key)) : Effect.die(error))
    )
  })

const macOf = (key: SigningKey, { method, url }: Question, at: number): Buffer =>
  createHmac("sha256", Redacted.value(key)).update(`${method} ${url} ${at}`).digest()

/** Signs a question. Gives its Authorization header. `at` is in milliseconds since 1970. */
export const signed = (key: SigningKey, question: Question, at: number): string =>
  `Botswain ${at}.${macOf(key, question, at).toString("base64url")}`

const form = /^Botswain (\d{1,15})\.([\w-]{43})$/i

/** True if an Authorization header is a signature, whether a right one or not. */
export const isSignature = (authorization: string): boolean => form.test(authorization)

/** Judges a signature: `late` is one of the right token, at a time that is more than a minute from `now`. */
export const judgeSignature = (
  key: SigningKey,
  question: Question,
  authorization: string,
  now: number
): "right" | "wrong" | "late" => {
  const [, at = "", mac = ""] = form.exec(authorization) ?? []
  const expected = macOf(key, question, Number(at))
  const shown = Buffer.from(mac, "base64url")
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return "wrong"
  return Math.abs(now - Number(at)) <= goodFor ? "right" : "late"
}
