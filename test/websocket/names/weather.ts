import { Clock, Effect, FiberSet, Result } from "effect"
import { type DialError, unknownName } from "../../../src/services/DialError.ts"
import { boundsFor, type NameBounds } from "../../../src/websocket/names/bounds.ts"
import type { Answer } from "../../../src/websocket/names/Name.ts"
import { makeNames } from "../../../src/websocket/names/Names.ts"
import { resolveBy } from "../../../src/websocket/names/resolve.ts"
import { endpointOf } from "../../support/settings.ts"

/** What a look-up takes, in milliseconds, and what it comes to. */
interface Course {
  readonly takes: number
  readonly answer: Answer
}

const found = (...addresses: ReadonlyArray<string>): Answer => Result.succeed(addresses)
const notFound = (code: string): Answer => Result.fail(unknownName(code))

export const address = "192.0.2.1"

/** The letters at the beginning of a name tell what becomes of it. */
const usual: Readonly<Record<string, Course>> = {
  ok: { takes: 1, answer: found(address) },
  slow: { takes: 400, answer: found(address) },
  many: { takes: 1, answer: found("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2") },
  missing: { takes: 1, answer: notFound("ENOTFOUND") },
  dead: { takes: 10_000, answer: notFound("EAI_AGAIN") }
}

/** What c-ares makes of a dead name. */
const deadDirectly: Course = { takes: 3000, answer: notFound("ENOTFOUND") }

export const connectTimeout = 10_000

/** Names on look-ups that a test holds, under its clock. */
export const makeWeather = Effect.fnUntraced(function* (bounds: Partial<NameBounds> = {}) {
  const run = yield* FiberSet.makeRuntime()
  /** Look-ups that have begun, in order. */
  const begun: Array<string> = []
  const begunDirectly: Array<string> = []
  const courses: Record<string, Course> = { ...usual }
  const courseOf = (hostname: string) => courses[/^[a-z]+/.exec(hostname)![0]]!
  const end = ({ answer, takes }: Course, done: (answer: Answer) => void) =>
    void run(
      Effect.delay(
        Effect.sync(() => done(answer)),
        takes
      )
    )
  const names = yield* makeNames(
    { ...boundsFor(256), ...bounds },
    {
      system: (hostname, done) => {
        begun.push(hostname)
        end(courseOf(hostname), done)
      },
      direct: (hostname, done) => {
        begunDirectly.push(hostname)
        end(hostname.startsWith("dead") ? deadDirectly : courseOf(hostname), done)
      }
    }
  )
  const resolve = resolveBy(names, connectTimeout)
  const ask = (hostname: string, urgent?: boolean): Effect.Effect<ReadonlyArray<string>, DialError> =>
    resolve(endpointOf(`ws://${hostname}/`), urgent)

  return {
    names,
    begun,
    begunDirectly,
    ask,
    /** The answer to a question, or its error's text, and how many milliseconds it took. */
    told: Effect.fnUntraced(function* (hostname: string, urgent?: boolean) {
      const clock = yield* Clock.Clock
      const since = clock.currentTimeMillisUnsafe()
      const answer = yield* Effect.result(ask(hostname, urgent))
      return {
        says: Result.isSuccess(answer) ? answer.success.join(" ") : answer.failure.message,
        after: clock.currentTimeMillisUnsafe() - since
      }
    }),
    change: (kind: string, course: Course) => void (courses[kind] = course),
    found,
    notFound
  }
})
