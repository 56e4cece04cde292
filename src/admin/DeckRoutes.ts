import { Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { DeckFiles } from "./DeckFiles.ts"

/** Content security policy of the deck: it loads from here, and talks to here. */
const deckPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Routes of the deck's files. */
export const layer = HttpRouter.use((router) =>
  Effect.gen(function* () {
    for (const [path, { body, contentType }] of yield* DeckFiles) {
      const response = HttpServerResponse.uint8Array(body, {
        contentType,
        headers: { "content-security-policy": deckPolicy }
      })
      yield* router.add("GET", path, response)
    }
  })
)
