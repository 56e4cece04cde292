import { DateTime, Effect } from "effect"
import { readTeamId } from "../../admin/api/teamIdText.ts"
import type { TeamStory } from "../../admin/api/TeamView.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { span } from "../terminal/format.ts"
import { printAll } from "../terminal/Screen.ts"
import { bold, dim, green, linesOf, red, type Text } from "../terminal/Text.ts"
import { answer, client, type ClientFlags } from "./client.ts"

const clockTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at)).slice(11, 23)

const facts = ({
  at,
  team: { liveness, messages, naming, props, transport, wanted }
}: TeamStory): ReadonlyArray<string> => [
  `  wanted      ${wanted.is ? "yes" : "no"}, for ${span(at - wanted.since)}; stay ${wanted.generation}` +
    (naming.confirmed || !wanted.is ? "" : naming.deniedSince === null ? "; unconfirmed" : "; unconfirmed, and denied"),
  `  connection  ${transport.open ? "open" : "not open"} (${transport.state}, for ${span(at - transport.since)})`,
  `  liveness    ${
    liveness === null
      ? "none: there is no connection"
      : `last frame ${span(liveness.heardAgo)} ago, ` +
        (liveness.roundTrip === null
          ? "no ping answered yet"
          : `last ping answered in ${span(liveness.roundTrip.took)}`)
  }`,
  `  messages    ${messages}, of which ${props} with props`
]

const colors = { well: green, ill: red, plain: (text: string) => text }

/** Writes a team's story in lines. Times of day are UTC, as in the logs. */
export const storyLines = (story: TeamStory): ReadonlyArray<Text> => [
  bold(story.headline),
  ...facts(story),
  "",
  ...(story.dropped > 0 ? [dim(`  (${story.dropped} earlier transitions are not kept)`)] : []),
  ...story.story.map(({ at, mood, text }) => ["  ", dim(clockTime(at)), "  ", colors[mood](text)])
]

/** Asks for a team's story. Where there is no such number as is written, the team of that text is meant. */
const askStory = Effect.fnUntraced(function* (flags: ClientFlags, written: string) {
  const { team } = yield* client(flags)
  const storyOf = (id: TeamId) => team({ query: { id } })
  const id = readTeamId(written)
  const story = storyOf(id)
  return yield* answer(flags)(
    typeof id === "string"
      ? story
      : Effect.catchTag(story, "NoSuchTeam", (none) =>
          Effect.catchTag(storyOf(written), "NoSuchTeam", () => Effect.fail(none))
        )
  )
})

/** Asks for a team's story, and prints it. */
export const printStory = (flags: ClientFlags, team: string) =>
  Effect.gen(function* () {
    const story = yield* askStory(flags, team)
    yield* printAll(flags.json ? linesOf(JSON.stringify(story, undefined, 2)) : storyLines(story))
  })
