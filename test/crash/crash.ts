import { Clock, Effect, Random } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { monotonicMillis } from "../../src/services/monotonic.ts"
import { type Cli, spawnCli } from "../cli/spawnCli.ts"
import { Account } from "./Account.ts"

/** Teams that are present. */
const teamCount = 200
/** Ids that they have: one that leaves makes room for another. */
const idCount = 220
/** Share of the lives that are killed while they start. */
const killedEarly = 0.2
/** Milliseconds from the start of a process, and of the talk, within which it is killed. */
const longest = { start: 1_500, talk: 3_000 }
/** Milliseconds between two healthchecks, each of which writes all: so often, or once in a life. */
const healthchecks = [100, 60_000] as const
/** Milliseconds between two bursts of messages, and the number in each. */
const burst = { each: 10, size: 40 }

/** A platform that says nothing of teams that it has said before. */
export const platform = layerServer({ replayJoins: false })

/** Figures of a run. */
export interface CrashFigures {
  readonly kills: number
  /** Of them those of fleets that had begun to talk. */
  readonly talking: number
  readonly account: Account
}

/** Waits until something is so on the platform; dies after a minute. */
const until = (what: string, wait: Effect.Effect<unknown>) =>
  Effect.timeoutOrElse(wait, {
    duration: "1 minute",
    orElse: () => Effect.die(new Error(`not within a minute: ${what}`))
  })

/** Talks, joins and leaves, and asks for healthchecks, until it is interrupted. */
const talk = Effect.fnUntraced(function* (account: Account, present: Set<number>) {
  const server = yield* Rehearsal
  const clock = yield* Clock.Clock
  const healthEvery = yield* Random.choice(healthchecks)
  const someone = Effect.map(Random.nextIntBetween(1, idCount + 1), Number)
  const speak = Effect.gen(function* () {
    for (let n = 0; n < burst.size; n++) {
      const id = yield* someone
      if (present.has(id) && (yield* server.say(id, "props"))) account.said(id, monotonicMillis(clock))
    }
    yield* Effect.sleep(burst.each)
  })
  const move = Effect.gen(function* () {
    yield* Effect.sleep(150)
    const id = yield* someone
    if (present.delete(id)) {
      account.left(id)
      yield* server.leave(id)
    } else {
      const { asks } = (yield* server.state).team(id)
      const joined = monotonicMillis(clock)
      present.add(id)
      yield* server.join(id)
      yield* server.awaitState((state) => state.team(id).asks > asks)
      account.asked(id, monotonicMillis(clock) - joined)
    }
  })
  const check = Effect.andThen(
    Effect.flatMap(server.healthcheck, (health) => Effect.sync(() => account.told(health))),
    Effect.sleep(healthEvery)
  )
  yield* Effect.all([Effect.forever(speak), Effect.forever(move), Effect.forever(check)], {
    concurrency: "unbounded",
    discard: true
  })
})

/** Kills a process, and waits until the platform has lost its sockets. */
const kill = Effect.fnUntraced(function* (cli: Cli, account: Account) {
  const server = yield* Rehearsal
  account.killed(monotonicMillis(yield* Clock.Clock))
  if (/cannot be written/.test(cli.stdout() + cli.stderr())) account.troubled()
  yield* cli.kill("SIGKILL")
  yield* cli.ended
  yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
})

/** One life of a fleet, to its kill. Gives whether it had begun to talk. */
const life = Effect.fnUntraced(function* (state: string, account: Account, present: Set<number>) {
  const server = yield* Rehearsal
  const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--backoff-base", "20 millis"], {
    BOTSWAIN_STATE: state
  })
  if (account.answers > 0 && (yield* Random.next) < killedEarly) {
    yield* Effect.sleep((yield* Random.next) * longest.start)
    yield* kill(cli, account)
    return false
  }
  const up = server.awaitState(({ global }) => global.openSockets === 1)
  yield* Effect.raceFirst(
    until("Global is up", up),
    Effect.flatMap(cli.ended, ({ code, stderr }) => Effect.die(new Error(`it ended with ${code}: ${stderr}`)))
  )
  account.begun(yield* server.healthcheck)
  // Who is present and was never asked for was lost with a join that nobody has seen.
  for (const id of present) if (!account.wanted.includes(id)) yield* server.join(id)
  yield* until(
    "all are connected",
    server.awaitState((each) => [...present].every((id) => each.team(id).openSockets === 1))
  )
  for (const id of present) account.asked(id)
  yield* Effect.timeoutOption(talk(account, present), (yield* Random.next) * longest.talk)
  yield* kill(cli, account)
  return true
})

/** Kills a fleet on a state so many times; each time the next life is held to what the platform knows. */
export const crash = Effect.fnUntraced(function* (
  state: string,
  kills: number,
  tell: (line: string) => void,
  afterKill: Effect.Effect<string | undefined> = Effect.undefined
) {
  const account = new Account()
  const present = new Set(Array.from({ length: teamCount }, (_, nth) => nth + 1))
  let talking = 0
  let n = 0
  while (n < kills && account.problems.length === 0) {
    n++
    if (yield* Effect.scoped(life(state, account, present))) talking++
    const harm = yield* afterKill
    if (harm !== undefined) account.problems.push(harm)
    if (n % 20 === 0) tell(`${n} kills, ${account.sent} messages, ${account.problems.length} problems`)
  }
  const figures: CrashFigures = { kills: n, talking, account }
  return figures
})

/** Says what came of it, a line for each figure. */
export const report = ({ account, kills, talking }: CrashFigures): ReadonlyArray<string> => [
  `${kills} kills, ${talking} of them of a fleet that talked`,
  `${account.sent} messages were sent, ${account.answers} healthchecks answered`,
  `${account.lost} messages that had been sent were in no state, the oldest of them sent ${Math.round(account.oldestLoss)} ms before the kill`,
  `a team was asked for ${Math.round(account.slowestAsk)} ms after its join at the latest, and ${account.troubles} lives told that their state could not be written`,
  account.problems.length === 0
    ? "no team lost, no count above what was sent, none below what was told, nothing torn"
    : account.problems.slice(0, 20).join("\n")
]
