import type { Phase } from "./api.ts"

export type LivePhase = Exclude<Phase, "gone">

/** In order of trouble: what is fine first. */
export const phases: ReadonlyArray<LivePhase> = ["connected", "connecting", "retrying", "slow"]

export const phaseNames: Readonly<Record<Phase, string>> = {
  connected: "Connected",
  connecting: "Connecting",
  retrying: "Retrying",
  slow: "Slow lane",
  gone: "Left"
}

export const phaseHelp: Readonly<Record<LivePhase, string>> = {
  connected: "the WebSocket is open",
  connecting: "on its way up, with nothing against it",
  retrying: "lost, refused or held up, and tried again soon",
  slow: "failed so often that it is tried rarely"
}
