import type { FleetView } from "./FleetView.ts"

/** Part of a {@link FleetView} that tells of trouble. */
export interface Troubled extends Pick<FleetView, "shortage" | "refusal" | "full"> {
  readonly state: { readonly trouble: string | null } | null
  readonly bot: { readonly trouble: string | null } | null
}

/** Lists what people should know of a fleet, whether it is ready or not: a line each. Whoever shows troubles shows these. */
export const troublesOf = ({ bot, full, refusal, shortage, state }: Troubled): ReadonlyArray<string> =>
  [shortage, refusal, full, state?.trouble, bot?.trouble].filter((line) => line != null)
