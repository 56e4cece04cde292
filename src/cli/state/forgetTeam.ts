import { Data, Effect } from "effect"
import { readTeamId, writeTeamId } from "../../admin/api/teamIdText.ts"
import { JournalEditor } from "../../services/JournalEditor.ts"
import { print } from "../terminal/Screen.ts"

/** Failure to forget a team that is not there. */
export class NoTeamThere extends Data.TaggedError("NoTeamThere")<{ readonly store: string; readonly written: string }> {
  override get message() {
    return `${this.store}: there is no team ${this.written} in it`
  }
}

/** Forgets a team, with its counts. `store`: name of the journal. Where there is no such number as is written, the team of that text is meant. */
export const forgetTeam = Effect.fnUntraced(function* (store: string, written: string) {
  const { forget } = yield* JournalEditor
  const read = readTeamId(written)
  for (const id of typeof read === "string" ? [read] : [read, written]) {
    if (yield* forget(id)) return yield* print([`Forgot team ${writeTeamId(id)}, and its counts.`])
  }
  return yield* new NoTeamThere({ store, written })
})
