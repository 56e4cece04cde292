import { Effect, type Redacted } from "effect"
import { runnerName } from "../runnerName.ts"
import { openArchive } from "../sqlArchive.ts"
import { openEditor } from "../sqlEditor.ts"
import { openJournal } from "../sqlJournal.ts"
import { backend } from "./backend.ts"

export const journal = (url: Redacted.Redacted) => openJournal(backend(url), runnerName())
export const archive = (url: Redacted.Redacted) => Effect.suspend(() => openArchive(backend(url)))
export const editor = (url: Redacted.Redacted, mayMake: boolean) => openEditor(backend(url), runnerName(), mayMake)
