import { Clock, DateTime, Duration, Effect } from "effect"
import { Host } from "../Host.ts"
import { span } from "../terminal/format.ts"
import type { Paint } from "../terminal/paint.ts"
import { Screen, type View } from "../terminal/Screen.ts"
import type { NoAnswer } from "./client.ts"
import { type Status, statusLines } from "./statusLines.ts"

/** Between two looks. */
const each = Duration.seconds(1)
/** How long it is told that the process is another one than before. In milliseconds. */
const newsFor = 60_000

/** What has been seen: the last answer, and why there is none now. `began`: of the first process that answered. */
interface Seen {
  readonly began: number | undefined
  readonly status: Status | undefined
  readonly problem: string | undefined
}

const clockTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at)).slice(11, 19)

/** The fleet as it was last seen: it says so where nobody answers any more, and where another process does. */
const linesOf = ({ began, problem, status }: Seen, paint: Paint, now: number): ReadonlyArray<string> => {
  if (status === undefined) return problem === undefined ? [] : [paint.red(problem)]
  const { fleet } = status
  const lines = statusLines(status, paint)
  if (problem !== undefined) {
    const asOf = `What follows is as of ${clockTime(fleet.at)} UTC, ${span(now - fleet.at)} ago.`
    return [paint.red(problem), asOf, ...lines.map(paint.dim)]
  }
  return fleet.began !== began && fleet.at - fleet.began < newsFor
    ? [paint.yellow(`It was restarted at ${clockTime(fleet.began)} UTC. Its counts begin anew.`), ...lines]
    : lines
}

/** What shows one look after another, each in its way. */
type Show = (seen: Seen, now: number) => void

/** A line for each look. */
const asJsonLines =
  ({ print }: View): Show =>
  ({ problem, status }) =>
    print(JSON.stringify(problem === undefined ? status : { problem }))

/** Redrawn in place. */
const asBlock =
  ({ paint, show }: View): Show =>
  (seen, now) =>
    show(linesOf(seen, paint.stderr, now))

/** One below the other, with a line between. That nobody answers is told once, and not each second. */
const asText = ({ paint, print }: View): Show => {
  let told: string | undefined
  return (seen, now) => {
    const { problem } = seen
    if (problem === undefined) print([...linesOf(seen, paint.stdout, now), ""].join("\n"))
    else if (problem !== told) print(`${paint.stdout.red(problem)}\n`)
    told = problem
  }
}

/** Shows a fleet each second until a signal, through every restart of its process. What was shown last stays. */
export const watchStatus = <R>(look: Effect.Effect<Status, NoAnswer, R>, asJson: boolean) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { signal } = yield* Host
    const inPlace = screen.interactive && !asJson
    const show = asJson ? asJsonLines(screen) : inPlace ? asBlock(screen) : asText(screen)
    let seen: Seen = { began: undefined, status: undefined, problem: undefined }
    const turn = Effect.gen(function* () {
      seen = yield* Effect.match(look, {
        onSuccess: (status) => ({ began: seen.began ?? status.fleet.began, status, problem: undefined }),
        onFailure: ({ message }) => ({ ...seen, problem: message })
      })
      show(seen, yield* Clock.currentTimeMillis)
    })
    yield* Effect.raceFirst(Effect.forever(Effect.andThen(turn, Effect.sleep(each))), signal)
    if (!inPlace) return
    screen.show([])
    screen.print(linesOf(seen, screen.paint.stdout, yield* Clock.currentTimeMillis).join("\n"))
  })
