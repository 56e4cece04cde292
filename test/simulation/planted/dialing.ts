import { Effect, Layer } from "effect"
import { DialControl, Tuning } from "../../../src/services/dialing/DialControl.ts"
import type { DialTuning } from "../../../src/services/dialing/policy/DialPolicy.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Dial control with other constants. */
const tuned = (tuning: Partial<DialTuning>) =>
  Layer.provide(Layer.fresh(DialControl.layer), Layer.succeed(Tuning, tuning)) as never

/** Bugs of dial control. */
export const dialingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "asks and dials that nobody controls",
    invariant: "budget",
    within: 10,
    standIn: decorate(DialControl, (control) => ({
      ...control,
      ask: () => (ask) => ask,
      // A dial that lacks a descriptor is begun anew at once: without any wait no time would pass.
      dial: () => (dial) => Effect.delay(dial, 1)
    }))
  },
  {
    bug: "an outage in which every team is dialled",
    invariant: "budget",
    within: 60,
    teams: 120,
    standIn: tuned({ canaryMin: 1, canaryMax: 1, fleetCanaries: 100_000 })
  },
  {
    bug: "an outage after which nobody looks whether the host is back",
    invariant: "prompt",
    within: 10,
    standIn: tuned({ credit: [3, 3, 3, 0, 0], canaryMin: 86_400_000, canaryMax: 86_400_000 })
  },
  {
    bug: "a success that nobody is told of",
    invariant: "prompt",
    within: 10,
    teams: 40,
    standIn: decorate(DialControl, (control) => ({ ...control, greeted: () => {} }))
  },
  {
    bug: "places for whoever comes first, however long it hangs",
    invariant: "prompt",
    within: 300,
    teams: 40,
    standIn: tuned({ slowAfter: 86_400_000 })
  },
  {
    bug: "a dial that cannot be interrupted",
    invariant: "one-socket",
    detail: /has not ended, and the team has left/,
    within: 10,
    standIn: decorate(DialControl, (control) => ({
      ...control,
      dial: (turn, endpoint, onHeld) => (dial) => Effect.uninterruptible(control.dial(turn, endpoint, onHeld)(dial))
    }))
  }
]
