import { Effect, FileSystem, Stream } from "effect"
import { JournalArchive } from "../../services/JournalArchive.ts"
import { counted } from "../terminal/format.ts"
import { print, printAll } from "../terminal/Screen.ts"
import { firstLine, lastLine, teamLine } from "./archiveLines.ts"
import { troubleWith } from "./files.ts"

/** Lines of what is in a journal, a page at a time. */
const pages = Stream.unwrap(
  Effect.gen(function* () {
    const archive = yield* JournalArchive
    let count = 0
    const teams = Stream.map(archive.teams, (page) => {
      count += page.length
      return page.map(teamLine)
    })
    const end = Stream.suspend(() => Stream.succeed([lastLine(count)]))
    return Stream.make([firstLine]).pipe(Stream.concat(teams), Stream.concat(end))
  })
)

/** Writes into a new file; removes it again where that does not come to its end. */
const writeTo = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const trouble = Effect.mapError(troubleWith(path))
  const encoder = new TextEncoder()
  let teams = -2
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* trouble(files.open(path, { flag: "wx" }))
      yield* Effect.addFinalizer((exit) =>
        exit._tag === "Success" ? Effect.void : Effect.ignore(files.remove(path, { force: true }))
      )
      yield* Stream.runForEach(pages, (lines) => {
        teams += lines.length
        return trouble(file.writeAll(encoder.encode(lines.map((line) => `${line}\n`).join(""))))
      })
      yield* trouble(file.sync)
    })
  )
  yield* print([`Exported ${counted(teams, "team")} to ${path}.`])
})

/** Exports what is in a journal, as lines of JSON: to a file that is not there yet, or to stdout. */
export const exportState = (file: string | undefined) =>
  file === undefined ? Stream.runForEach(pages, printAll) : writeTo(file)
