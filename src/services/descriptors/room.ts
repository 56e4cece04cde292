/** Share of the limit that is kept back, and its bounds: as much as two admin connections need, and as much as all can. */
const keptShare = 1 / 16
const leastKept = 6
const mostKept = 512

/** Gives the number of descriptors that teams may not take: for Global, names, the admin surface and the log. */
export const keptBack = (allowed: number): number =>
  Math.min(mostKept, Math.max(leastKept, Math.floor(allowed * keptShare)))

/** Gives the number of connections that the admin surface may have: half of what is kept back. */
export const adminConnections = (allowed: number | undefined): number =>
  Math.floor((allowed === undefined ? mostKept : keptBack(allowed)) / 2)

/** Gives the number of team sockets that there is room for in all. `others`: open descriptors that are none. */
export const capacityOf = (allowed: number | undefined, others: number): number =>
  allowed === undefined ? Infinity : Math.max(0, allowed - keptBack(allowed) - others)

/** Gives the time for which a count may be used, in milliseconds: to count ten thousand can take 5 ms. */
export const countLasts = (room: number, allowed: number | undefined): number =>
  allowed !== undefined && room < Math.max(1, allowed / 8) ? 2_000 : 30_000
