import { Clock, DateTime, Duration, Effect } from "effect"
import { restartText } from "../../admin/api/restartText.ts"
import { Host } from "../Host.ts"
import { span } from "../terminal/format.ts"
import { Screen, type View } from "../terminal/Screen.ts"
import { dim, red, type Text, yellow } from "../terminal/Text.ts"
import type { NoAnswer } from "./client.ts"
import { type Status, statusLines } from "./statusLines.ts"

/** Time between two questions. */
const interval = Duration.seconds(1)
/** Milliseconds for which a restart of the process is told. */
const restartToldFor = 60_000

/** Last answer, and why there is none now. `began`: the start of the first process that answered. */
interface Seen {
  readonly began: number | undefined
  readonly status: Status | undefined
  readonly problem: string | undefined
}

const clockTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at)).slice(11, 19)

/** Writes the fleet as it was last seen, with a line on top where nobody answers any more, or another process does. */
const linesOf = ({ began, problem, status }: Seen, now: number): ReadonlyArray<Text> => {
  if (status === undefined) return problem === undefined ? [] : [red(problem)]
  const { fleet } = status
  const lines = statusLines(status)
  if (problem !== undefined) {
    const asOf = `What follows is as of ${clockTime(fleet.at)} UTC, ${span(now - fleet.at)} ago.`
    return [red(problem), asOf, ...lines.map(dim)]
  }
  return fleet.began !== began && fleet.at - fleet.began < restartToldFor
    ? [yellow(`It was restarted at ${clockTime(fleet.began)} UTC. ${restartText(fleet)}`), ...lines]
    : lines
}

/** Shows the newest answer. */
type Show = (seen: Seen, now: number) => void

/** Prints a line of JSON for each answer. */
const asJsonLines =
  ({ print }: View): Show =>
  ({ problem, status }) =>
    print([JSON.stringify(problem === undefined ? status : { problem })])

/** Redraws the newest answer in place. */
const asBlock =
  ({ show }: View): Show =>
  (seen, now) =>
    show(linesOf(seen, now))

/** Prints answers one below the other, with a line between. That nobody answers is told once, and not each second. */
const asText = ({ print }: View): Show => {
  let told: string | undefined
  return (seen, now) => {
    const { problem } = seen
    if (problem === undefined) print([...linesOf(seen, now), ""])
    else if (problem !== told) print([red(problem), ""])
    told = problem
  }
}

/** Shows a fleet each second until a signal, through restarts of its process. The last answer stays on the screen. */
export const watchStatus = <R>(ask: Effect.Effect<Status, NoAnswer, R>, asJson: boolean) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { signal } = yield* Host
    const inPlace = screen.interactive && !asJson
    const show = asJson ? asJsonLines(screen) : inPlace ? asBlock(screen) : asText(screen)
    let seen: Seen = { began: undefined, status: undefined, problem: undefined }
    const askAndShow = Effect.gen(function* () {
      seen = yield* Effect.match(ask, {
        onSuccess: (status) => ({ began: seen.began ?? status.fleet.began, status, problem: undefined }),
        onFailure: ({ message }) => ({ ...seen, problem: message })
      })
      show(seen, yield* Clock.currentTimeMillis)
      // Who reads no further is not told what was between.
      yield* screen.taken
    })
    yield* Effect.raceFirst(Effect.forever(Effect.andThen(askAndShow, Effect.sleep(interval))), signal)
    if (!inPlace) return
    screen.show([])
    screen.print(linesOf(seen, yield* Clock.currentTimeMillis))
  })
