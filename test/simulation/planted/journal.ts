import { Effect, Layer } from "effect"
import { Journal, type JournalShape } from "../../../src/services/Journal.ts"
import { Ledger } from "../../../src/services/ledger/Ledger.ts"
import { TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Replaces parts of the journal that the fleet has. */
const decorateJournal = (change: (journal: JournalShape) => Partial<JournalShape>): Layer.Layer<never> =>
  Layer.effect(
    Journal,
    Effect.map(Journal, (journal) => ({ ...journal, ...change(journal) }))
  )

/** Bugs of what is kept beyond the end of the process. */
export const journalBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a healthcheck that is answered before the counts are written",
    invariant: "durable",
    detail: /are told, and a crash would leave/,
    within: 10,
    standIn: decorate(Ledger, (ledger) => ({ ...ledger, flush: Effect.void }))
  },
  {
    bug: "a team that is asked for before its place is written",
    invariant: "durable",
    detail: /is asked for, and a crash would lose it/,
    within: 10,
    standIn: decorate(Ledger, (ledger) => ({ ...ledger, recorded: () => Effect.void })),
    journal: decorateJournal((journal) => ({
      writeRoster: (changes) => Effect.andThen(Effect.sleep("5 millis"), journal.writeRoster(changes))
    }))
  },
  {
    bug: "a team that departs at its first denial",
    invariant: "durable",
    detail: /departs, and the platform has neither said so nor forgotten it/,
    within: 40,
    standIn: decorate(TeamRegistry, (registry) => ({
      ...registry,
      deny: (id) => (registry.deny(id) === undefined ? undefined : -1e12)
    }))
  },
  {
    bug: "counts that begin at zero in each run",
    invariant: "counted-once",
    within: 20,
    standIn: Layer.empty,
    journal: decorateJournal((journal) => ({
      stored: Effect.map(journal.stored, (teams) => teams.map((team) => ({ ...team, messages: 0, props: 0 })))
    }))
  },
  {
    bug: "a place that is not written again when the journal has failed",
    invariant: "durable",
    within: 40,
    standIn: Layer.empty,
    journal: decorateJournal((journal) => ({
      writeRoster: (changes) => journal.writeRoster(changes).pipe(Effect.catch(() => Effect.void))
    }))
  },
  {
    bug: "a roster of which departures are not written",
    invariant: "durable",
    detail: /is not wanted, and the journal has the contrary/,
    within: 20,
    standIn: Layer.empty,
    journal: decorateJournal((journal) => ({
      writeRoster: (changes) => journal.writeRoster(changes.filter(({ place }) => place?.wanted !== false))
    }))
  },
  {
    bug: "counts of a forgotten team that stay, and are those of the team that comes back",
    invariant: "durable",
    detail: /messages of team .* are stored, and \d+ were read$/,
    within: 120,
    standIn: Layer.empty,
    journal: decorateJournal((journal) => ({
      writeRoster: (changes) => journal.writeRoster(changes.filter(({ place }) => place !== undefined))
    }))
  },
  {
    bug: "counts that are written every five seconds",
    invariant: "durable",
    detail: /were read before the last flush/,
    within: 20,
    standIn: Layer.empty,
    journal: decorateJournal((journal) => {
      let writes = 0
      return {
        writeCounts: (counts) => (writes++ % 5 === 0 ? journal.writeCounts(counts) : Effect.void)
      }
    })
  }
]
