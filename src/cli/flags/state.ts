import { Redacted, Result } from "effect"
import type { JournalStore } from "../../main/journals.ts"
import type { JournalFailed, JournalTrouble } from "../../services/Journal.ts"
import type { Read } from "../../services/settings/texts.ts"
import { badValue, type Given } from "./option.ts"

/** Begins as a URL does. One letter is a drive of Windows. */
const schemed = /^([a-z][a-z0-9+.-]+):/i

/** Reads what a state is kept in. No error quotes it: it may be a URL with a password, or have been meant as one. */
export const store: Read<JournalStore> = (given) => {
  const text = given.trim()
  const scheme = schemed.exec(text)?.[1]?.toLowerCase()
  if (scheme === "postgres" || scheme === "postgresql") {
    return /^\w+:\/\//.test(text) && URL.canParse(text)
      ? Result.succeed({ kind: "postgres", url: Redacted.make(text) })
      : Result.fail("needs a URL such as postgres://user:password@host/database")
  }
  if (scheme !== undefined || (text.includes("//") && text.includes("@"))) {
    return Result.fail(
      "needs a file (SQLite; one with a colon in its name is written ./name), or a URL that begins with postgres://"
    )
  }
  if (text === "" || text === ":memory:") {
    return Result.fail("needs a file, or a URL that begins with postgres://")
  }
  return Result.succeed({ kind: "sqlite", file: text })
}

/** Spec of the flag of `run`: what keeps the fleet beyond the end of its process. */
export const stateSpecs = {
  state: {
    name: "state",
    metavar: "STORE",
    about: "File (SQLite) or postgres:// URL that keeps teams and counts; unseen if given as BOTSWAIN_STATE",
    more: "See [the state](#state).",
    preset: "nothing is kept",
    read: store
  }
}

/** Spec of the flag of `state`: the state that is looked at or worked on. */
export const storeSpec = {
  name: "state",
  metavar: "STORE",
  about: "File (SQLite) or postgres:// URL of the state; needed, and unseen if given as BOTSWAIN_STATE",
  read: store
}

/** Store that was given, and the flag or variable that it came from. */
export type GivenStore = Given<JournalStore>

/** Names a store for people: its file, or the host and the name of its database. */
export const nameOf = (kept: JournalStore): string => {
  if (kept.kind === "sqlite") return kept.file
  const { host, pathname } = new URL(Redacted.value(kept.url))
  return `PostgreSQL at ${host}${pathname}`
}

/** What to do about a store that cannot be opened. */
const remedies: Readonly<Record<JournalTrouble, string>> = {
  away: "see that it is there, and can be reached from here",
  full: "make room, and try again",
  "read-only": "give this user the right to write there",
  "in use": "end that one first, or name another",
  "taken over": "one process at a time has it",
  "set back": "try again",
  "too new": "use the version that wrote it, or a later one",
  "not a journal": "name another, or a file that is not there yet",
  failed: ""
}

/** Error of a store that cannot be opened or used, in one line: which, why, and what to do. */
export const storeUnavailable = ({ source, value }: GivenStore, { detail, reason }: JournalFailed) => {
  const remedy = remedies[reason]
  return badValue(`${source} ${nameOf(value)}`, remedy === "" ? detail : `${detail}; ${remedy}`)
}
