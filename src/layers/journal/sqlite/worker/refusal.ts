import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { dirname } from "node:path"
import type { JournalTrouble } from "../../../../services/Journal.ts"
import type { ThreadStart } from "../protocol.ts"

/** Why a file is not opened. */
export interface Refusal {
  readonly reason: JournalTrouble
  readonly detail: string
}

/** With what every database of SQLite begins. An empty file is one as well. */
const magic = "SQLite format 3\0"

/** Looks at a file before SQLite touches it, and before anything is made beside it. */
export const refusalOf = ({ file, mode }: ThreadStart): Refusal | undefined => {
  if (!existsSync(file)) {
    if (mode !== "make") return { reason: "away", detail: "there is no such file" }
    if (!existsSync(dirname(file)))
      return { reason: "failed", detail: "the folder that it should lie in does not exist" }
    return undefined
  }
  const stats = statSync(file)
  if (stats.isDirectory()) return { reason: "not a journal", detail: "it is a folder, and not a file" }
  if (!stats.isFile()) return { reason: "not a journal", detail: "it is no plain file" }
  // SQLite would keep two logs of one file, and so break it.
  if (stats.nlink > 1)
    return {
      reason: "failed",
      detail: `the file has ${stats.nlink} names (hard links), each of which would have a log of its own: copy it instead`
    }
  const begin = Buffer.alloc(magic.length)
  const handle = openSync(file, "r")
  try {
    const length = readSync(handle, begin, 0, begin.length, 0)
    if (length > 0 && begin.toString("latin1") !== magic)
      return { reason: "not a journal", detail: "the file is no SQLite database" }
  } finally {
    closeSync(handle)
  }
  return undefined
}
