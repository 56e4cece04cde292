import { Effect } from "effect"
import { runnerName } from "../runnerName.ts"
import { openArchive } from "../sqlArchive.ts"
import { openEditor } from "../sqlEditor.ts"
import { openJournal } from "../sqlJournal.ts"
import { backend } from "./backend.ts"

export const journal = (file: string) => openJournal(backend(file), runnerName())
export const archive = (file: string) => Effect.suspend(() => openArchive(backend(file)))
export const editor = (file: string, mayMake: boolean) => openEditor(backend(file), runnerName(), mayMake)
