import type { Phase } from "./api.ts"

/** Phase of a wanted team. */
export type LivePhase = Exclude<Phase, "gone">

/** All phases of wanted teams, from fine to worst. */
export const phases: ReadonlyArray<LivePhase> = ["connected", "connecting", "denied", "retrying", "slow"]

export const phaseNames: Readonly<Record<Phase, string>> = {
  connected: "Connected",
  connecting: "Connecting",
  denied: "Denied",
  retrying: "Retrying",
  slow: "Slow lane",
  gone: "Left"
}

export const phaseHelp: Readonly<Record<LivePhase, string>> = {
  connected: "the WebSocket is open",
  connecting: "on its way up, with nothing against it",
  denied: "not named by the platform since the start, which answers its asks with errors: no fault",
  retrying: "lost, refused or held up, and tried again soon",
  slow: "failed so often that it is tried rarely"
}
