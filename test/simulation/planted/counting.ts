import { Effect } from "effect"
import { hasProps } from "../../../src/services/hasProps.ts"
import { Inbox } from "../../../src/services/Inbox.ts"
import { Stats, type TeamCounts } from "../../../src/services/Stats.ts"
import { type Team, TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { decorateSocket, decorate, type PlantedBug } from "./PlantedBug.ts"

/** Bugs of counts and healthchecks. */
export const countingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "counters that start anew with each connection",
    invariant: "counted-once",
    within: 10,
    standIn: decorate(Stats, (stats) => {
      const latest = new Map<TeamId, TeamCounts>()
      return {
        ...stats,
        counter: (team) => {
          const counter = { messages: 0, props: 0 }
          latest.set(team, counter)
          return Object.assign(counter, {
            count: (text: string) => {
              counter.messages++
              if (hasProps(text)) counter.props++
            }
          })
        },
        counts: (team) => latest.get(team) ?? { messages: 0, props: 0 }
      }
    })
  },
  {
    bug: "a message that is counted again when the team speaks right after hello",
    invariant: "counted-once",
    within: 10,
    standIn: decorateSocket({
      receiver: (receiver) => {
        let last = ""
        return {
          onFrame: (frame) => {
            if (last === `{"type":"hello"}` && frame.includes("message")) receiver.onFrame(frame)
            last = frame
            receiver.onFrame(frame)
          }
        }
      }
    })
  },
  {
    bug: "a healthcheck built from two instants",
    invariant: "healthcheck",
    within: 10,
    standIn: decorate(TeamRegistry, (registry) => {
      let roster: ReadonlyArray<Team> = []
      let asked = 0
      return {
        ...registry,
        roster: () => {
          // Connections are looked up now and then, counts each time.
          if (asked++ % 3 === 0) {
            roster = registry
              .roster()
              .map(({ counts, deniedSince, generation, id, isConfirmed, state, transport, wanted }) => ({
                counts,
                deniedSince,
                generation,
                id,
                isConfirmed,
                state,
                transport,
                wanted
              }))
          }
          return roster
        }
      }
    })
  },
  {
    bug: "a healthcheck that is answered twice",
    invariant: "healthcheck",
    within: 5,
    standIn: decorateSocket({
      connection: (connection) => ({
        send: (frame) =>
          frame.includes(`"healthcheck"`)
            ? Effect.andThen(connection.send(frame), connection.send(frame))
            : connection.send(frame)
      })
    })
  },
  {
    bug: "an inbox that throws when bot code is slow",
    invariant: "isolation",
    within: 30,
    standIn: decorate(Inbox, (inbox) => {
      let offered = 0
      return {
        ...inbox,
        offer: (team, text) => {
          if (++offered % 100 === 0) throw new Error("the inbox is full")
          inbox.offer(team, text)
        }
      }
    })
  }
]
