import { closing } from "./closing.ts"
import { framing } from "./framing.ts"
import { limits } from "./limits.ts"
import { opening } from "./opening.ts"
import type { Row } from "./Row.ts"
import { text } from "./text.ts"

/** RFC 6455 for a client, rule by rule, in the order of its sections, and limits of our own behind it. */
export const rows: ReadonlyArray<Row> = [...opening, ...framing, ...closing, ...text, ...limits].toSorted(
  (a, b) => Number(a.section === "limit") - Number(b.section === "limit") || a.section.localeCompare(b.section)
)
