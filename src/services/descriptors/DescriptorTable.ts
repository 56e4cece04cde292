import { Context } from "effect"

/** Descriptor table of this process. Both are read anew at each call; `undefined` where it is not known. */
export interface Table {
  /** Reads how many descriptors may be open at once. */
  readonly limit: () => number | undefined
  /** Counts the open ones. Ten thousand can take 5 ms. */
  readonly count: () => number | undefined
}

/** Table that {@link Table} is read from. Default: nothing is known, as for a fleet in memory. */
export const DescriptorTable = Context.Reference<Table>("botswain/services/descriptors/DescriptorTable", {
  defaultValue: () => ({ limit: () => undefined, count: () => undefined })
})
