import { Data, Effect } from "effect"
import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import type { TeamHealth } from "../../wire/GlobalApi.ts"
import { compareTeamIds, type TeamId } from "../../wire/TeamId.ts"
import { counted } from "../terminal/format.ts"

/** Counts of a team as the server knows them, and as the fleet reports them. */
export interface TallyRow {
  readonly id: TeamId
  /** By the server's open sockets, and by the healthcheck; a team that it leaves out is not connected. */
  readonly connected: { readonly server: boolean; readonly fleet: boolean }
  /** Sent by the server, and counted by the fleet. */
  readonly messages: { readonly sent: number; readonly counted: number }
  readonly props: { readonly sent: number; readonly counted: number }
  /** True if the two agree in everything, and each knows of the team. */
  readonly agrees: boolean
}

/** Compares the server's own tally with an answer to a healthcheck: a row for each team that either knows of, by id. */
export const compare = (
  server: Pick<RehearsalState, "team" | "teams">,
  answer: ReadonlyArray<TeamHealth>
): ReadonlyArray<TallyRow> => {
  const answers = Map.groupBy(answer, ({ id }) => id)
  const ids = new Set<TeamId>([...server.teams.keys(), ...answers.keys()])
  return Array.from(ids)
    .sort(compareTeamIds)
    .map((id) => {
      const said = answers.get(id) ?? []
      const [health] = said
      const { openSockets, said: sent } = server.team(id)
      const connected = { server: openSockets > 0, fleet: health?.connected ?? false }
      const messages = { sent: sent.messages, counted: health?.message_count ?? 0 }
      const props = { sent: sent.props, counted: health?.props_count ?? 0 }
      const agrees =
        server.teams.has(id) &&
        said.length === 1 &&
        connected.server === connected.fleet &&
        messages.sent === messages.counted &&
        props.sent === props.counted
      return { id, connected, messages, props, agrees }
    })
}

/** Failure of a demo after which server and fleet disagree about teams. */
export class TalliesDiffer extends Data.TaggedError("TalliesDiffer")<{ readonly teams: ReadonlyArray<TeamId> }> {
  override get message() {
    return `server and fleet disagree about ${counted(this.teams.length, "team")}: ${this.teams.join(", ")}`
  }
}

/** Fails if server and fleet disagree about any team. */
export const demandAgreement = (rows: ReadonlyArray<TallyRow>): Effect.Effect<void, TalliesDiffer> => {
  const teams = rows.filter(({ agrees }) => !agrees).map(({ id }) => id)
  return teams.length === 0 ? Effect.void : Effect.fail(new TalliesDiffer({ teams }))
}
