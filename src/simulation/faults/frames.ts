import { Effect } from "effect"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { toSomeone } from "./sockets.ts"

const garbage = [
  "",
  "{",
  "null",
  "[]",
  `"hello"`,
  "{}",
  `{"type":7}`,
  `{"type":"message"}`,
  `{"type":"message","text":{"props":1}}`,
  `{"type":"message","text":null}`,
  `{"type":"pong"}`,
  `{"type":"__proto__"}`,
  "[".repeat(3_000)
] as const

const globalGarbage = [
  ...garbage,
  `{"type":"team.join"}`,
  `{"type":"team.join","team_id":null}`,
  `{"type":"team.join","team_id":""}`,
  `{"type":"team.join","team_id":1.5}`,
  `{"type":"team.left","team_id":[1]}`,
  `{"type":"team.left","team_id":"nobody"}`,
  `{"type":"team.connect","team_id":1}`,
  `{"type":"team.connect","team_id":"nobody","ws_url":"ws://rehearsal.test/connect/0"}`,
  `{"type":"healthcheck","stats":[]}`,
  `{"type":"error","team_id":{}}`
] as const

const unknown = [
  `{"type":"team.joined","team_id":1}`,
  `{"type":"presence"}`,
  `{"type":"reconnect_url","url":"x"}`
] as const

const huge = ({ scenario: story }: FaultContext): string =>
  `{"type":"message","text":"${"props".repeat(story.maxFrame / 4)}"}`

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** More frames at once than the fleet takes in one go. */
const flood = 1_500

/** Frames that are not what they should be. */
export const frameFaults = {
  "garbage on a team": toSomeone(({ prng: dice, rehearsal }, team) => rehearsal.sendRaw({ team }, dice.pick(garbage))),
  "garbage on Global": ({ prng: dice, rehearsal }) => rehearsal.sendRaw("global", dice.pick(globalGarbage)),
  "unknown type": toSomeone(({ prng: dice, rehearsal }, team) =>
    rehearsal.sendRaw(dice.chance(0.5) ? "global" : { team }, dice.pick(unknown))
  ),
  "huge frame on a team": toSomeone((sky, team) => sky.rehearsal.sendRaw({ team }, huge(sky))),
  "huge frame on Global": (sky) => sky.rehearsal.sendRaw("global", huge(sky)),
  "binary frame": toSomeone(({ prng: dice, rehearsal }, team) =>
    rehearsal.sendRaw(
      { team },
      dice.pick([bytes(`{"type":"hello"}`), bytes(`{"type":"pong","unique_id":"é"}`), new Uint8Array([255, 0, 254])])
    )
  ),
  flood: toSomeone(({ prng: dice, rehearsal }, team) =>
    Effect.gen(function* () {
      const onGlobal = dice.chance(0.5)
      let taken = false
      for (let i = 0; i < flood; i++) {
        taken =
          (yield* onGlobal ? rehearsal.sendRaw("global", `{"type":"presence"}`) : rehearsal.say(team, "and on")) ||
          taken
      }
      return taken
    })
  ),
  "error with a team": toSomeone(({ rehearsal }, teamId) =>
    rehearsal.error({ message: "trouble", teamId, receivedMessage: { type: "team.connect", team_id: teamId } })
  ),
  "error without a team": ({ prng: dice, rehearsal }) =>
    rehearsal.error({ message: "trouble", receivedMessage: dice.pick([null, "{", { deep: [[[]]] }]) })
} satisfies Record<string, Fault>
