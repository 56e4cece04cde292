import { Data, Effect, FileSystem, type PlatformError, Stdio, Stream } from "effect"
import { errorCode } from "../../node/errorCode.ts"
import { type BadArchive, teamsOf } from "./archiveLines.ts"

/** Failure with the file that a state is exported to or imported from. */
export class FileTrouble extends Data.TaggedError("FileTrouble")<{ readonly file: string; readonly problem: string }> {
  override get message() {
    return `${this.file}: ${this.problem}`
  }
}

const problems: Readonly<Record<string, string>> = {
  NotFound: "there is no such file or folder",
  AlreadyExists: "it is there already, and is not written over",
  PermissionDenied: "this user may not use it"
}

/** Names the file in what went wrong with it. */
export const troubleWith =
  (file: string) =>
  (error: BadArchive | PlatformError.PlatformError): FileTrouble => {
    if (error._tag === "BadArchive") return new FileTrouble({ file, problem: error.message })
    const { reason } = error
    const cause = errorCode(reason.cause) ?? reason._tag
    return new FileTrouble({ file, problem: problems[reason._tag] ?? `it cannot be read or written (${cause})` })
  }

/** Bytes of a file; or, without a file, of stdin. */
const bytesOf = (file: string | undefined) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { stdin } = yield* Stdio.Stdio
      const files = yield* FileSystem.FileSystem
      return file === undefined ? stdin : files.stream(file)
    })
  )

/** Teams of an exported state in a file, or in what comes on stdin. */
export const teamsIn = (file: string | undefined) => {
  const teams = teamsOf(Stream.decodeText(bytesOf(file)))
  return Stream.mapError(teams, troubleWith(file ?? "stdin"))
}
