import { type Census, expectedOf } from "../services/TeamRegistry.ts"

/** True if the fleet does its job: Global is up, and so is at least `share` (0 to 1) of the teams that can be expected to be. */
export const isReady = (
  globalUp: boolean,
  census: Pick<Census, "wanted" | "connected" | "denied">,
  share: number
): boolean => {
  const expected = expectedOf(census)
  return globalUp && (expected === 0 || census.connected / expected >= share)
}
