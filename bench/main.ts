// `npm run bench`: Botswain against hand-written ws and against what people pick instead, on the same work.
import { writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { botswain, build, type Client, floor, named, peers } from "./clients.ts"
import {
  adminFigures,
  botFigures,
  burstFigures,
  type Figure,
  fleetFigures,
  growthFigures,
  journalFigures,
  judgedAt,
  leakFigures,
  siegeFigures,
  startFigures,
  stateFigures,
  unfinishedFigures
} from "./figures.ts"
import { options } from "./options.ts"
import { type Series, summarise, table } from "./report.ts"
import { type Server, startServer } from "./run.ts"
import { adminPort, measureAdmin } from "./scenarios/admin.ts"
import { isolations, measureBot } from "./scenarios/bot.ts"
import { measureBurst } from "./scenarios/burst.ts"
import { type Measured, measureFleet } from "./scenarios/fleet.ts"
import { measureGrowth } from "./scenarios/growth.ts"
import { journal, measureJournal } from "./scenarios/journal.ts"
import { hurried, measureLeak } from "./scenarios/leak.ts"
import { measureSiege } from "./scenarios/siege.ts"
import { measureStart } from "./scenarios/start.ts"
import { measureState, stateful, stateless } from "./scenarios/state.ts"
import { bounds, measureUnfinished } from "./scenarios/unfinished.ts"

interface Part {
  readonly name: string
  readonly figures: ReadonlyArray<Figure>
  readonly clients: ReadonlyArray<Client>
  readonly rounds: number
  readonly measure: (server: Server, client: Client) => Promise<Measured>
}

const { cuts, only, parts, rounds, sizes, teams } = options
const adminOff = named("admin off", "--admin=off")
const adminOn = named("admin on and watched", `--admin=127.0.0.1:${adminPort}`)
const all = [floor, botswain(), ...peers].filter(({ name }) => only?.includes(name) ?? true)
const known: ReadonlyArray<Part> = [
  { name: "start", figures: startFigures, clients: all, rounds: rounds * 2, measure: measureStart },
  { name: "fleet", figures: fleetFigures, clients: all, rounds, measure: (...on) => measureFleet(...on, options) },
  { name: "burst", figures: burstFigures, clients: all, rounds, measure: (...on) => measureBurst(...on, teams) },
  {
    name: "admin",
    figures: adminFigures,
    clients: [adminOff, adminOn],
    rounds,
    measure: (server, client) => measureAdmin(server, client, client === adminOn, options)
  },
  { name: "bot", figures: botFigures, clients: isolations, rounds: 1, measure: measureBot },
  {
    name: "siege",
    figures: siegeFigures,
    clients: [adminOn],
    rounds: 1,
    measure: (...on) => measureSiege(...on, options.besieged, options.seconds)
  },
  { name: "unfinished", figures: unfinishedFigures, clients: bounds, rounds: 1, measure: measureUnfinished },
  {
    name: "state",
    figures: stateFigures,
    clients: [stateless, stateful(options.state)],
    rounds,
    measure: (...on) => measureState(...on, options)
  },
  { name: "journal", figures: journalFigures, clients: [journal], rounds: 1, measure: measureJournal },
  {
    name: "growth",
    figures: growthFigures(sizes),
    clients: all.filter(({ grows }) => grows),
    rounds: 1,
    measure: (...on) => measureGrowth(...on, sizes)
  },
  {
    name: "leak",
    figures: leakFigures,
    clients: [botswain(...hurried)],
    rounds: 1,
    measure: (...on) => measureLeak(...on, teams, cuts)
  }
]

/** Variants in turn, so that what disturbs the machine disturbs all of them. */
const runPart = async (server: Server, part: Part): Promise<ReadonlyArray<Series>> => {
  const series = part.clients.map(({ name }) => ({ client: name, rounds: new Array<Measured>() }))
  for (let round = 1; round <= part.rounds; round++) {
    for (const [index, client] of part.clients.entries()) {
      process.stderr.write(`${part.name}, round ${round} of ${part.rounds}: ${client.name}\n`)
      try {
        series[index]!.rounds.push(await part.measure(server, client))
      } catch (error) {
        console.error(`${client.name} has no figures of this round:`, error)
      }
    }
  }
  return series
}

const began = performance.now()
build()
const server = await startServer()
const results: Record<string, unknown> = {}
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${teams} teams, ${rounds} rounds, medians\n`
)
const asked = known.filter(({ name }) => parts.includes(name))
for (const part of asked) {
  const series = await runPart(server, part)
  console.log(`${table(part.figures, series, teams === judgedAt || part.name === "siege")}\n`)
  results[part.name] = series.map((each) => ({
    ...each,
    summary: Object.fromEntries(part.figures.map(({ key }) => [key, summarise(each.rounds, key)]))
  }))
}
server.stop()
if (teams !== judgedAt) console.log(`The limits are for ${judgedAt} teams, so none is judged here.\n`)
for (const { atMost, cannot, name } of new Set(asked.flatMap(({ clients }) => clients))) {
  if (cannot !== "")
    console.log(
      `${name} does not do, or had done for it: ${cannot}.${atMost === undefined ? "" : ` With ${atMost} teams at most.`}`
    )
}
console.log(`\n${Math.round((performance.now() - began) / 1000)} s`)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`)
