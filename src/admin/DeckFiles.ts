import { Context } from "effect"

/** File of the deck, as it is served. */
export interface DeckFile {
  readonly contentType: string
  readonly body: Uint8Array
}

/** Files of the deck, the operators' page, by their paths. */
export class DeckFiles extends Context.Service<DeckFiles, ReadonlyMap<`/${string}`, DeckFile>>()(
  "botswain/admin/DeckFiles"
) {}
