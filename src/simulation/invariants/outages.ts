import { GlobalClientCodec } from "../../wire/GlobalApi.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Something that teams ask or dial, and that nobody has got through to since a time. */
interface Silence {
  /** Time of the first attempt since somebody has got through. */
  readonly since: number
  /** Attempts since then, but for those that there was a reason for which had nothing to do with how many fail. */
  attempts: number
}

/** What is asked for offers, among the hosts that are dialled. */
const global = "Global"

/**
 * Invariant 6, while nobody gets through: a host, or Global as what answers asks, is tried by a few in place of the fleet. In
 * doubt the fleet is right: it may know of a reason to try that the sockets do not show, but not of a reason for all.
 */
export const outages = (checker: Checker): Observer => {
  const { guarantees, time } = checker
  const silences = new Map<string, Silence>()

  const attempt = (target: string) => {
    const silence = silences.get(target) ?? { since: time.now(), attempts: 0 }
    silences.set(target, silence)
    silence.attempts++
    const seconds = (time.now() - silence.since) / 1_000
    if (silence.attempts <= guarantees.attemptsInVain(seconds)) return
    checker.violated("budget", `${silence.attempts} attempts at ${target} in ${seconds} s in which nobody got through`)
  }

  /** Lets each target be tried by one more: there is news, or one that was under way was taken back. */
  const allowOneMore = () => {
    for (const silence of silences.values()) silence.attempts--
  }

  return {
    onDial: ({ host, team }) => {
      if (team !== undefined) attempt(host)
    },
    onSend: (connection, frame) => {
      if (connection.team !== undefined) return
      const sent = GlobalClientCodec.decode(frame)
      if (sent._tag === "Event" && sent.event.type === "team.connect") attempt(global)
    },
    onGreeted: ({ host, team }) => {
      // The first success anywhere after a while lets each target be tried.
      if (team !== undefined && silences.delete(host)) allowOneMore()
    },
    onGlobalFrame: (_, event) => {
      if (event?.type === "team.connect" && silences.delete(global)) allowOneMore()
      // A platform that denies a team has answered.
      if (event?.type === "error" && event.team_id != null && checker.denials.mayBeDenied(event.team_id)) {
        silences.delete(global)
      }
    },
    onOpened: ({ team }) => {
      if (team !== undefined) return
      // Asks that the connection before has taken with it said nothing of how asks are answered.
      silences.delete(global)
      allowOneMore()
    },
    onLeft: allowOneMore
  }
}
