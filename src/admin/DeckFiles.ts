import { Context } from "effect"

/** A file of the deck, as it is served. */
export interface DeckFile {
  readonly contentType: string
  readonly body: Uint8Array
}

/** The files of the deck, the page that an operator leaves open: by their paths, which begin with a slash. */
export class DeckFiles extends Context.Service<DeckFiles, ReadonlyMap<`/${string}`, DeckFile>>()(
  "botswain/admin/DeckFiles"
) {}
