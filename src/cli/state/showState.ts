import { Clock, DateTime, Effect } from "effect"
import { JournalArchive, type JournalSummary } from "../../services/JournalArchive.ts"
import { counted, grouped, span } from "../terminal/format.ts"
import { printAll } from "../terminal/Screen.ts"
import { bold, type Text } from "../terminal/Text.ts"

const flushText = ({ flushedAt }: JournalSummary, now: number): string =>
  flushedAt === undefined
    ? "never"
    : `${DateTime.formatIso(DateTime.makeUnsafe(flushedAt)).slice(0, 19).replace("T", " ")} UTC, ${span(Math.max(0, now - flushedAt))} ago`

/** Sums up a journal in lines. */
export const stateLines = (name: string, summary: JournalSummary, now: number): ReadonlyArray<Text> => {
  const { departed, epoch, isHeld, messages, props, schemaVersion, wanted } = summary
  return [
    bold(name),
    `  tables      version ${schemaVersion}, opened ${counted(epoch, "time")}`,
    `  fleet       ${isHeld ? "a process has it now" : "no process has it now"}`,
    `  teams       ${grouped(wanted)} wanted, ${grouped(departed)} departed`,
    `  messages    ${grouped(messages)}, of which ${grouped(props)} with props`,
    `  last flush  ${flushText(summary, now)}`
  ]
}

/** Shows what is in a journal, in a few numbers. */
export const showState = Effect.fnUntraced(function* (name: string, json: boolean) {
  const summary = yield* Effect.flatMap(JournalArchive, (archive) => archive.summary)
  const now = yield* Clock.currentTimeMillis
  const { flushedAt, ...rest } = summary
  yield* printAll(json ? [JSON.stringify({ ...rest, flushedAt: flushedAt ?? null })] : stateLines(name, summary, now))
})
