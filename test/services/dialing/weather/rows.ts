import { failing } from "./failing.ts"
import { filling } from "./filling.ts"
import { hosts } from "./hosts.ts"
import { ours } from "./ours.ts"
import { outages } from "./outages.ts"
import type { Row } from "./Row.ts"

/** All weather that is promised something in. */
export const rows: ReadonlyArray<Row> = [...failing, ...outages, ...hosts, ...filling, ...ours]
