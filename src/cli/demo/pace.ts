/** Settings of a fleet that heals within seconds, so that a short story has time for it. */
export const pace = {
  pingInterval: "600 millis",
  pongTimeout: "400 millis",
  connectTimeout: "2 seconds",
  drainTimeout: "2 seconds",
  backoffBase: "200 millis",
  backoffCap: "2 seconds"
} as const
