import { Effect, Layer } from "effect"
import { hasProps } from "../services/hasProps.ts"
import { type Incident, Stats, type TeamCounter, type TeamCounts } from "../services/Stats.ts"
import type { TeamId } from "../wire/TeamId.ts"

const none: TeamCounts = { messages: 0, props: 0 }

class Counter implements TeamCounter {
  messages = 0
  props = 0
  readonly #fleet: { messages: number; props: number }

  constructor(fleet: { messages: number; props: number }) {
    this.#fleet = fleet
  }

  count(text: string): void {
    this.messages++
    this.#fleet.messages++
    if (hasProps(text)) {
      this.props++
      this.#fleet.props++
    }
  }
}

/** Counters in this process: gone with it. */
export const layer: Layer.Layer<Stats> = Layer.sync(Stats, () => {
  const fleet = { messages: 0, props: 0 }
  const teams = new Map<TeamId, Counter>()
  const incidents = new Map<Incident, number>()
  const totalsUnsafe = () => ({ ...fleet, incidents: Object.fromEntries(incidents) })
  const counter = (team: TeamId): Counter => {
    const known = teams.get(team)
    if (known !== undefined) return known
    const made = new Counter(fleet)
    teams.set(team, made)
    return made
  }
  return {
    counter,
    seed: (team, { messages, props }) => void Object.assign(counter(team), { messages, props }),
    counts: (team) => teams.get(team) ?? none,
    forget: (team) => void teams.delete(team),
    tally: (incident, times = 1) => void incidents.set(incident, (incidents.get(incident) ?? 0) + times),
    totals: Effect.sync(totalsUnsafe),
    totalsUnsafe
  }
})
