import { assert, describe, it } from "@effect/vitest"
import type { Candidate } from "../../../../src/services/dialing/policy/Candidate.ts"
import type { Bot, BotState } from "../model/Bot.ts"
import { usual } from "../model/Ladder.ts"
import { audit } from "../policy/audit.ts"
import { RandomWeather } from "./RandomWeather.ts"

/** More: WEATHER_SEEDS=1000 npx vitest run --project unit test/services/dialing/weather. */
const seeds = Number(process.env["WEATHER_SEEDS"] ?? 100)
const maxRate = 10_000

/** Time from the end of all trouble until all are up: what hangs, the slow lane's longest wait, and a fill. */
const healsWithin = usual.connectTimeout + usual.slowInterval * 1.5 + 20_000

const present = (candidates: ReadonlyArray<Candidate<Bot> | undefined>) =>
  candidates.filter((candidate) => candidate !== undefined)

/** What of a bot's state does not fit to what the policies take it for. */
const misfit = ({ ask, dial, state }: Bot): string | undefined => {
  const is = (states: ReadonlyArray<BotState>, taken: boolean | undefined) =>
    states.includes(state) === (taken ?? false)
  const fits =
    is(["awaits ask"], ask?.isWaiting) &&
    is(["asking"], ask?.isInFlight) &&
    is(["awaits dial"], dial?.isWaiting) &&
    is(["dialing"], dial?.isInFlight)
  return fits ? undefined : `a bot is ${state}, and its ask is in phase ${ask?.phase}, its dial in ${dial?.phase}`
}

const problems = ({ bots, fleet, maxDials }: RandomWeather): ReadonlyArray<string> => [
  ...bots.flatMap((bot) => misfit(bot) ?? []),
  ...audit(fleet.policy, present(bots.map(({ dial }) => dial)), { maxInFlight: maxDials, maxRate })
]

describe("in any weather", () => {
  it(`the policy keeps its books and its bounds, and all are up once all has healed, over ${seeds} seeds`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const weather = new RandomWeather(seed)
      const { crowds, fleet } = weather
      while (fleet.now < 60_000) {
        weather.change()
        fleet.run(1 + fleet.random() ** 2 * 3_000)
        assert.deepStrictEqual(problems(weather), [], `seed ${seed}, at ${fleet.now}`)
      }
      weather.heal()
      const healed = fleet.until(() => crowds.every(({ areUp }) => areUp), healsWithin)
      assert.isAtMost(healed, healsWithin, `seed ${seed}: not all are up`)
      assert.deepStrictEqual(problems(weather), [], `seed ${seed}, at the end`)
    }
  })
})
