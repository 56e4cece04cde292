import { Context, Effect, Layer, Stream } from "effect"
import type { JournalFailed } from "../../services/Journal.ts"
import { JournalEditor } from "../../services/JournalEditor.ts"
import { counted } from "../terminal/format.ts"
import { print } from "../terminal/Screen.ts"
import { teamsIn } from "./files.ts"

/** Teams that are put into the journal at once. */
const atOnce = 1_000

/**
 * Imports an exported state into a journal that no fleet runs on. A file is read to its end before the first team is put in,
 * so that nothing is done with one that has a bad line; what comes on stdin is put in up to there. To do it again changes nothing. The journal
 * is opened, and made where it is not there, when there is a team to put in, or rightly none.
 */
export const importState = Effect.fnUntraced(function* (
  file: string | undefined,
  editor: Layer.Layer<JournalEditor, JournalFailed>
) {
  if (file !== undefined) yield* Stream.runDrain(teamsIn(file))
  const opened = yield* Effect.cached(Effect.map(Layer.build(editor), (context) => Context.get(context, JournalEditor)))
  let teams = 0
  yield* teamsIn(file).pipe(
    Stream.grouped(atOnce),
    Stream.runForEach((some) => {
      teams += some.length
      return Effect.flatMap(opened, ({ put }) => put(some))
    })
  )
  yield* opened
  yield* print([`Imported ${counted(teams, "team")}.`])
}, Effect.scoped)
