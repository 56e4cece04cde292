/** Largest {@link NetworkConditions.slowness}. */
export const slowestNetwork = 30

/** State of the simulated network, which faults change. */
export interface NetworkConditions {
  /** Factor on every latency; 1 without faults. */
  slowness: number
  /** Milliseconds of virtual time by which all that was sent so far, and had its latency drawn, has arrived. */
  arrivedBy: number
}
