import { parseArgs } from "node:util"

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    parts: { type: "string" },
    teams: { type: "string" },
    rounds: { type: "string" },
    cuts: { type: "string" },
    state: { type: "string" },
    json: { type: "string" }
  }
})

const { quick } = values
const count = (text: string | undefined, quickly: number, fully: number) => Number(text ?? (quick ? quickly : fully))

/** What was asked for on the command line. */
export const options = {
  teams: count(values.teams, 300, 5000),
  rounds: count(values.rounds, 1, 5),
  messages: quick ? 100_000 : 2_000_000,
  seconds: quick ? 1 : 15,
  idle: quick ? 1 : 60,
  warmUp: quick ? 0 : 16,
  healthchecks: quick ? 5 : 21,
  besieged: count(values.teams, 2_000, 20_000),
  settle: quick ? 500 : 1500,
  cuts: count(values.cuts, 0, 200),
  sizes: quick ? [] : [100, 1000, 5000, 15_000],
  /** Database that keeps the state of the part `state`, in place of a file: a URL of PostgreSQL. */
  state: values.state,
  json: values.json,
  /** Clients, by name; all if it is not said. */
  only: values.only?.split(","),
  /** `start`, `fleet`, `burst`, `admin`, `bot`, `siege`, `unfinished`, `state`, `journal`, `growth`, `leak`; all if it is not said, and in a quick run the first two. */
  parts:
    values.parts?.split(",") ??
    (quick
      ? ["start", "fleet"]
      : ["start", "fleet", "burst", "admin", "bot", "siege", "unfinished", "state", "journal", "growth", "leak"])
}
