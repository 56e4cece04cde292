import { createHash } from "node:crypto"
import type { TeamId } from "../../wire/TeamId.ts"

/** Characters of a key, at most: an index of PostgreSQL takes 2,700 bytes. */
const longestKey = 256

/**
 * Text of an id as it is stored: JSON in ASCII, so that no store can take two ids for one, cut one at a NUL, or refuse half of
 * a pair, whatever its encoding.
 */
export const idText = (id: TeamId): string =>
  typeof id === "number"
    ? `${id}`
    : JSON.stringify(id).replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** Reads {@link idText}. */
export const idOfText = (text: string): TeamId => JSON.parse(text)

/** Key of a team in the tables: its id's text, or the SHA-256 of a long one, which begins as no JSON does. */
export const keyOf = (text: string): string =>
  text.length <= longestKey ? text : `#${createHash("sha256").update(text).digest("hex")}`

/** Number of slots over which teams are spread. Frozen, as is {@link slotOf}: it is stored with every team. */
export const slots = 256

/** Slot of a team, from 1 to 256, by its id's text: FNV-1a of 32 bits, whose upper half is folded into its lower one. */
export const slotOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash ^= hash >>> 15
  return ((hash >>> 0) % slots) + 1
}
