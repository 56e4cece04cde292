import type { SettingsInput } from "botswain"
import { Answer, Rehearsal } from "botswain/rehearsal"
import { Effect, type Scope } from "effect"
import type { RehearsalState } from "../../src/rehearsal/RehearsalState.ts"
import { heldAfter } from "../../src/services/dialing/policy/tuning.ts"
import { areBackWithin, areUpWithin, dialsSince, fast, joinAll, range, WeatherTime } from "./Weather.ts"

/** Something that goes wrong for some teams and not for others, and what the fleet must do in it. */
export interface Weather {
  readonly name: string
  readonly settings: Partial<SettingsInput>
  /** Number of hosts, which teams take turns at. Default 1. */
  readonly hosts?: number
  readonly happens: Effect.Effect<void, never, Rehearsal | WeatherTime | Scope.Scope>
}

const failing = range(1_000, 180)
const healthy = range(1, 20)

/** Lets the dials of teams fail. */
const fails = {
  "are refused": (id: number) => Rehearsal.use((rehearsal) => rehearsal.refuseDials({ of: { team: id } })),
  hang: (id: number) => Rehearsal.use((rehearsal) => rehearsal.hangDials({ of: { team: id } })),
  "are accepted and closed at once": (id: number) =>
    Rehearsal.use((rehearsal) => rehearsal.closeDials({ of: { team: id }, code: 1013 }))
}

type Failure = keyof typeof fails

const letFail = (how: Failure, ids: ReadonlyArray<number>) =>
  Effect.andThen(Effect.forEach(ids, fails[how], { discard: true }), joinAll(ids))

/** With the defaults, and with settings with which all is faster. Milliseconds. */
const speeds = [
  { speed: "the defaults", settings: {}, joined: 3_000, back: 5_000 },
  { speed: "fast settings", settings: fast, joined: 2_000, back: 2_000 }
] as const

const cutAfter = (how: Failure): ReadonlyArray<Weather> =>
  speeds.map(({ back, joined, settings, speed }) => ({
    name: `180 of a host's 200 teams ${how}, ${speed}: the others are up within ${joined} ms, and back within ${back} when they are cut after 2 s, and again after 4`,
    settings,
    happens: Effect.gen(function* () {
      const { pass } = yield* WeatherTime
      yield* letFail(how, failing)
      yield* joinAll(healthy)
      yield* areUpWithin(joined, healthy)
      for (const millis of [2_000, 4_000]) {
        yield* pass(millis)
        yield* areBackWithin(back, healthy)
      }
    })
  }))

const joinAmong = (how: Failure): ReadonlyArray<Weather> =>
  speeds.map(({ joined, settings, speed }) => ({
    name: `50 teams that join a host where 300 ${how}, ${speed}: they are up within ${joined} ms`,
    settings,
    happens: Effect.gen(function* () {
      const { pass } = yield* WeatherTime
      const newcomers = range(1, 50)
      yield* letFail(how, range(1_000, 300))
      yield* pass(3_000)
      yield* joinAll(newcomers)
      yield* areUpWithin(joined, newcomers)
    })
  }))

/** Lets teams join, and all their connections live for long enough to have held. */
const allHold = Effect.fnUntraced(function* (teams: ReadonlyArray<number>) {
  const { pass } = yield* WeatherTime
  yield* joinAll(teams)
  yield* areUpWithin(10_000, teams)
  yield* pass(heldAfter + 500)
})

/** The credit of the lane of those that held, that of those that nothing is known of, and four canaries a second for ten seconds. */
const inTenSecondsInVain = 60 + 60 + 40 + 1

const asksFail: Weather = {
  name: "every ask of 200 teams is answered with an error for ten seconds: few are sent, and all are back within ten seconds of the end",
  settings: {},
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    const teams = range(1, 200)
    const asks = Effect.map(rehearsal.state, (state) => teams.reduce((sum, id) => sum + state.team(id).asks, 0))
    yield* allHold(teams)
    yield* rehearsal.answerAsks(Answer.Error({ message: "not now" }))
    const before = yield* asks
    yield* rehearsal.cutAll()
    yield* pass(10_000)
    const sent = (yield* asks) - before
    if (sent > inTenSecondsInVain) return yield* Effect.die(new Error(`${sent} asks in ten seconds`))
    yield* rehearsal.answerAsks(Answer.Once())
    yield* areUpWithin(10_000, teams)
  })
}

const closedAtOnce: Weather = {
  name: "all of 200 teams are accepted and closed at once for ten seconds: few are dialled, and all are back within ten seconds of the end",
  settings: {},
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    const teams = range(1, 200)
    yield* allHold(teams)
    yield* rehearsal.closeDials({ code: 1013 })
    const { total } = (yield* rehearsal.state).dials
    yield* rehearsal.cutAll()
    yield* pass(10_000)
    const dials = yield* dialsSince(total)
    if (dials > inTenSecondsInVain) return yield* Effect.die(new Error(`${dials} dials in ten seconds`))
    yield* rehearsal.acceptDials
    yield* areUpWithin(10_000, teams)
  })
}

/** Lets hosts hang whole, all but that of the last team that joins first. */
const hostsHang = (hosts: number, teamsEach: number): Weather => ({
  name: `${hosts - 1} of ${hosts} hosts hang, each with ${teamsEach} teams: those of the last are up within three seconds, and back within three when they are cut`,
  settings: {},
  hosts,
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    const teams = range(0, hosts * teamsEach)
    const good = teams.filter((id) => id % hosts === hosts - 1)
    yield* rehearsal.hangDials({ of: { teams: teams.filter((id) => !good.includes(id)) } })
    yield* joinAll(teams)
    yield* areUpWithin(3_000, good)
    yield* pass(2_000)
    yield* areBackWithin(3_000, good)
    yield* pass(8_000)
    yield* areBackWithin(3_000, good)
  })
})

const retryAfter: Weather = {
  name: "a host that refuses with Retry-After is left alone until then",
  settings: fast,
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    yield* rehearsal.refuseDials({ status: 429, retryAfter: 3, count: 1 })
    yield* joinAll([1])
    yield* pass(500)
    const { total } = (yield* rehearsal.state).dials
    yield* joinAll([2, 3])
    yield* pass(2_000)
    const dials = yield* dialsSince(total)
    if (dials > 0) return yield* Effect.die(new Error(`${dials} dials before the time`))
    yield* areUpWithin(2_000, [1, 2, 3])
  })
}

/** Lets a thousand teams that held be hurt for a minute, and demands that it costs few attempts and that all are back soon. */
const minute = (
  name: string,
  hurt: (rehearsal: Rehearsal["Service"]) => Effect.Effect<void>,
  heal: (rehearsal: Rehearsal["Service"]) => Effect.Effect<void>,
  attempts: (state: RehearsalState) => number
): Weather => ({
  name: `${name}, 1,000 teams, for a minute: that costs at most 300 attempts, and all are back within ten seconds of the end`,
  settings: {},
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    const teams = range(1, 1_000)
    yield* allHold(teams)
    yield* hurt(rehearsal)
    const before = attempts(yield* rehearsal.state)
    yield* rehearsal.cutAll()
    yield* pass(60_000)
    const made = attempts(yield* rehearsal.state) - before
    if (made > 300) return yield* Effect.die(new Error(`${made} attempts in a minute`))
    yield* heal(rehearsal)
    yield* areUpWithin(10_000, teams)
  })
})

const minutes: ReadonlyArray<Weather> = [
  minute(
    "every handshake is accepted and closed at once",
    (rehearsal) => rehearsal.closeDials({ code: 1013 }),
    (rehearsal) => rehearsal.acceptDials,
    ({ dials }) => dials.total
  ),
  minute(
    "every handshake is refused",
    (rehearsal) => rehearsal.refuseDials(),
    (rehearsal) => rehearsal.acceptDials,
    ({ dials }) => dials.total
  ),
  minute(
    "every ask is answered with an error",
    (rehearsal) => rehearsal.answerAsks(Answer.Error({ message: "not now" })),
    (rehearsal) => rehearsal.answerAsks(Answer.Once()),
    (state) => range(1, 1_000).reduce((sum, id) => sum + state.team(id).asks, 0)
  )
]

const steady = (how: "are refused" | "hang"): Weather => ({
  name: `180 of 200 teams ${how} for a minute: that costs the server at most 440 dials`,
  settings: {},
  happens: Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const { pass } = yield* WeatherTime
    yield* letFail(how, failing)
    yield* joinAll(healthy)
    const { total } = (yield* rehearsal.state).dials
    yield* pass(60_000)
    const dials = yield* dialsSince(total)
    if (dials > 440) return yield* Effect.die(new Error(`${dials} dials in a minute`))
  })
})

/** Weather that is short enough for real time. */
export const shortWeather: ReadonlyArray<Weather> = [
  ...cutAfter("are refused"),
  ...cutAfter("hang"),
  ...joinAmong("are refused"),
  ...cutAfter("are accepted and closed at once"),
  ...joinAmong("hang"),
  ...joinAmong("are accepted and closed at once"),
  closedAtOnce,
  asksFail,
  hostsHang(30, 10),
  retryAfter
]

/** Weather for virtual time alone. */
export const longWeather: ReadonlyArray<Weather> = [
  steady("are refused"),
  steady("hang"),
  hostsHang(300, 2),
  ...minutes
]
