import { teamsWritten } from "./bounds.ts"

/** Cuts what is about teams into what one statement takes. */
export const chunks = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / teamsWritten) }, (_, at) =>
    all.slice(at * teamsWritten, (at + 1) * teamsWritten)
  )
