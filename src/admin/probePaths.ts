/** Paths that probes ask for: they need no token anywhere, and their connections have places of their own. */
export const probePaths: ReadonlySet<string> = new Set(["/healthz", "/readyz"])
