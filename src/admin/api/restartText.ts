import type { FleetView } from "./FleetView.ts"

/** Says what a restart has done to the counts that are shown. */
export const restartText = ({ state }: Pick<FleetView, "state">): string =>
  state === null ? "Its counts begin anew." : "Its totals begin anew; those of each team go on."
