/** Bounds of the connections of a server. */
export interface PlaceBounds {
  /** Connections at most. */
  readonly most: number
  /** Idle connections of probes that no other ones displace, at most. */
  readonly probes: number
  /** Connections of one address at most; `Infinity` where all who can ask have the same. */
  readonly each: number
}

/** Connection that has a place. */
interface Place {
  readonly address: string
  /** Requests under way. */
  underWay: number
  /** True if the last whole request was a probe's. */
  probe: boolean
}

/**
 * Decides who makes room for a new connection, so that none is ever refused: the one that has been idle for longest, and
 * where all have a request under way, the one whose request is oldest. One that has sent half of a request is idle. An
 * address that has as many as it may makes room for itself. The newest idle connections of probes go last.
 */
export class Places<Connection> {
  /** In the order in which requests last began or ended on them. */
  readonly #places = new Map<Connection, Place>()
  readonly #bounds: PlaceBounds

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#places.size
  }

  /** Gives a new connection a place. Gives the one that has lost its own for it. */
  enter(connection: Connection, address: string): Connection | undefined {
    const displaced = this.#displaced(address)
    if (displaced !== undefined) this.#places.delete(displaced)
    this.#places.set(connection, { address, underWay: 0, probe: false })
    return displaced
  }

  /** Notes that a whole request has come. Gives the number of those under way on the connection. */
  begin(connection: Connection, probe: boolean): number {
    return this.#change(connection, 1, probe)
  }

  /** Notes that a request has been answered, or given up. */
  end(connection: Connection): void {
    this.#change(connection, -1)
  }

  leave(connection: Connection): void {
    this.#places.delete(connection)
  }

  #change(connection: Connection, by: number, probe?: boolean): number {
    const place = this.#places.get(connection)
    if (place === undefined) return 0
    this.#places.delete(connection)
    this.#places.set(connection, place)
    place.probe = probe ?? place.probe
    return (place.underWay += by)
  }

  #displaced(address: string): Connection | undefined {
    const own = Array.from(this.#places).filter(([, place]) => place.address === address)
    if (own.length >= this.#bounds.each) return this.#firstToGo(own)
    return this.#places.size >= this.#bounds.most ? this.#firstToGo(Array.from(this.#places)) : undefined
  }

  #firstToGo(places: ReadonlyArray<readonly [Connection, Place]>): Connection | undefined {
    const idle = places.filter(([, { underWay }]) => underWay === 0)
    const probes = new Set(idle.filter(([, { probe }]) => probe).slice(-this.#bounds.probes))
    const [first] = idle.find((one) => !probes.has(one)) ?? places.find((one) => !probes.has(one)) ?? places[0] ?? []
    return first
  }
}
