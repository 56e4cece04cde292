import { Effect } from "effect"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { toPresentTeam } from "./sockets.ts"

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

const unknownTypes = [
  `{"type":"team.joined","team_id":1}`,
  `{"type":"presence"}`,
  `{"type":"reconnect_url","url":"x"}`
] as const

const hugeFrame = ({ scenario }: FaultContext): string =>
  `{"type":"message","text":"${"props".repeat(scenario.maxFrame / 4)}"}`

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Number of frames: more at once than the fleet takes in one go. */
const floodSize = 1_500

/** Faults of frames. */
export const frameFaults = {
  "garbage on a team": toPresentTeam(({ prng, rehearsal }, team) => rehearsal.sendRaw({ team }, prng.pick(garbage))),
  "garbage on Global": ({ prng, rehearsal }) => rehearsal.sendRaw("global", prng.pick(globalGarbage)),
  "unknown type": toPresentTeam(({ prng, rehearsal }, team) =>
    rehearsal.sendRaw(prng.chance(0.5) ? "global" : { team }, prng.pick(unknownTypes))
  ),
  "huge frame on a team": toPresentTeam((context, team) => context.rehearsal.sendRaw({ team }, hugeFrame(context))),
  "huge frame on Global": (context) => context.rehearsal.sendRaw("global", hugeFrame(context)),
  "binary frame": toPresentTeam(({ prng, rehearsal }, team) =>
    rehearsal.sendRaw(
      { team },
      prng.pick([bytes(`{"type":"hello"}`), bytes(`{"type":"pong","unique_id":"é"}`), new Uint8Array([255, 0, 254])])
    )
  ),
  flood: toPresentTeam(({ prng, rehearsal }, team) =>
    Effect.gen(function* () {
      const onGlobal = prng.chance(0.5)
      let taken = false
      for (let i = 0; i < floodSize; i++) {
        taken =
          (yield* onGlobal ? rehearsal.sendRaw("global", `{"type":"presence"}`) : rehearsal.say(team, "and on")) ||
          taken
      }
      return taken
    })
  ),
  "error with a team": toPresentTeam(({ rehearsal }, teamId) =>
    rehearsal.error({ message: "trouble", teamId, receivedMessage: { type: "team.connect", team_id: teamId } })
  ),
  "error without a team": ({ prng, rehearsal }) =>
    rehearsal.error({ message: "trouble", receivedMessage: prng.pick([null, "{", { deep: [[[]]] }]) })
} satisfies Record<string, Fault>
