import { Context } from "effect"

/** Counts of host names, at one instant. */
export interface NameLoad {
  /** Names that are remembered. */
  readonly names: number
  /** Names that wait for a place to be looked up. */
  readonly waiting: number
  /** Look-ups under way. Each has a thread of the process. */
  readonly underWay: number
  /** Look-ups that have been under way for more than a second. Nobody can take their threads back. */
  readonly hanging: number
}

/** Tells how the look-ups of host names stand. Provided by the sockets that make them. */
export class NameLookups extends Context.Service<NameLookups, { readonly load: () => NameLoad }>()(
  "botswain/services/NameLookups"
) {}
