import { Effect, Stream } from "effect"
import { JournalEditor } from "../../services/JournalEditor.ts"
import { counted } from "../terminal/format.ts"
import { print } from "../terminal/Screen.ts"
import { teamsIn } from "./files.ts"

/** Teams that are put into the journal at once. */
const atOnce = 1_000

/**
 * Imports an exported state into a journal that no fleet runs on. A file is read to its end before the first team is put in,
 * so that nothing is done with one that has a bad line; what comes on stdin is put in up to there. To do it again changes nothing.
 */
export const importState = Effect.fnUntraced(function* (file: string | undefined) {
  if (file !== undefined) yield* Stream.runDrain(teamsIn(file))
  const { put } = yield* JournalEditor
  let teams = 0
  yield* teamsIn(file).pipe(
    Stream.grouped(atOnce),
    Stream.runForEach((some) => {
      teams += some.length
      return put(some)
    })
  )
  yield* print([`Imported ${counted(teams, "team")}.`])
})
