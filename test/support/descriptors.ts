import { Effect } from "effect"
import type { Descriptors } from "../../src/services/Descriptors.ts"
import { DescriptorTable } from "../../src/services/descriptors/DescriptorTable.ts"
import { noDescriptors } from "../../src/services/descriptors/lack.ts"

/** A process without any descriptor to spare, of which 23 are no team's. */
export const outOfDescriptors: Descriptors["Service"] = {
  allowed: () => 120,
  open: () => 118,
  capacity: () => 90,
  room: () => 0,
  ranOut: () => {},
  lack: () => noDescriptors,
  observe: () => Effect.void
}

/** A table that the test changes, and counts how often it is counted. */
export const handTable = (limit: number | undefined, open: number | undefined) => {
  const table = { limit, open, counts: 0 }
  const provide = Effect.provideService(DescriptorTable, {
    limit: () => table.limit,
    count: () => {
      table.counts++
      return table.open
    }
  })
  return { table, provide }
}
