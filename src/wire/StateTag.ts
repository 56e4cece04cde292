/** What a team's connection can be doing, by name. `TeamState` of the registry says what each of them means. */
export const stateTags = [
  "Waiting",
  "Asking",
  "Dialing",
  "Open",
  "Backoff",
  "SlowLane",
  "Draining",
  "Departed"
] as const
