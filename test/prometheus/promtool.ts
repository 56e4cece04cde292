import { spawnSync } from "node:child_process"
import { findProgram } from "../support/findProgram.ts"

const promtool = () =>
  findProgram({
    variable: "PROMTOOL",
    names: ["promtool"],
    missing:
      "These tests need Prometheus' own checker, and there is none: `apt-get install prometheus` (Debian), `brew install " +
      "prometheus` (macOS), or name a promtool in the variable PROMTOOL."
  })

/** What Prometheus' own checker says of an exposition: whether it can be read, and whether its names and labels are as they should be. */
export const checkMetrics = (exposition: string): { readonly code: number | null; readonly complaints: string } => {
  const { error, status, stderr, stdout } = spawnSync(promtool(), ["check", "metrics"], {
    input: exposition,
    encoding: "utf8"
  })
  if (error !== undefined) throw error
  return { code: status, complaints: stdout + stderr }
}
