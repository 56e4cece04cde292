import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { once } from "../flags/option.ts"
import { numberBetween } from "../flags/values.ts"
import { orStopped } from "../Host.ts"

const seedNumber = numberBetween(0, 2 ** 48)

const flags = {
  seeds: once({
    name: "seeds",
    metavar: "NUMBER",
    about: "Number of scenarios",
    preset: "100",
    read: numberBetween(1, 10_000_000)
  }),
  from: once({ name: "from", metavar: "NUMBER", about: "The first seed", preset: "1", read: seedNumber }),
  seed: once({ name: "seed", metavar: "NUMBER", about: "The scenario of this seed alone", read: seedNumber }),
  trace: Flag.Boolean("trace").pipe(
    Flag.withDescription("With --seed: print what happens, line by line"),
    Flag.withDefault(false)
  ),
  teams: once({
    name: "teams",
    metavar: "NUMBER",
    about: "Teams of a scenario, at most",
    preset: "40",
    read: numberBetween(1, 10_000)
  }),
  minutes: once({
    name: "minutes",
    metavar: "NUMBER",
    about: "Virtual minutes of a scenario, about",
    preset: "30",
    read: numberBetween(1, 100_000)
  })
}

/** Command `botswain simulate`: runs the fleet in virtual time, against everything that can go wrong. */
export const simulate = Command.make(
  "simulate",
  flags,
  Effect.fnUntraced(function* ({ from, minutes, seed, seeds, teams, trace }) {
    const { replay, runSeeds } = yield* Effect.promise(() => import("../simulate/runSeeds.ts"))
    const size = { teams: teams?.value ?? 40, minutes: minutes?.value ?? 30 }
    yield* orStopped(
      seed === undefined ? runSeeds(from?.value ?? 1, seeds?.value ?? 100, size) : replay(seed.value, size, trace)
    )
  })
).pipe(
  Command.withShortDescription("Search for bugs: the fleet in virtual time, against everything that can go wrong"),
  Command.withDescription(
    "Runs scenarios, each drawn from its seed: teams that come, talk and go, and servers, networks and bots that fail,\n" +
      "  in virtual time and without a network. Checks at every instant what must hold. Exit code 1 if something did\n" +
      "  not, with the seeds; a seed is the same scenario each time."
  ),
  Command.withExamples([
    { command: "botswain simulate --seeds 2000", description: "Two thousand scenarios" },
    { command: "botswain simulate --seed 4711 --trace", description: "One of them, line by line" }
  ])
)
