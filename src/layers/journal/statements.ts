import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { CountsOf, Place, StoredTeam } from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { idOfText, idText, keyOf, slotOf, slots } from "./teamKey.ts"

type Sql = SqlClient.SqlClient

/**
 * Rows of a JSON array of arrays, as a table with one column, `value`. One parameter for any number of rows, which both
 * dialects read in a few milliseconds for thousands.
 */
const rows = (sql: Sql, values: ReadonlyArray<ReadonlyArray<string | number>>) => {
  const json = JSON.stringify(values)
  return sql.onDialectOrElse({
    pg: () => sql`json_array_elements(cast(${json} as json)) as r(value)`,
    orElse: () => sql`json_each(${json}) as r`
  })
}

/** Name of the function that gives the greater of two numbers. */
const greater = (sql: Sql) => sql.literal(sql.onDialectOrElse({ pg: () => "greatest", orElse: () => "max" }))

/** What a process claimed when it opened the journal. */
export interface Claim {
  readonly epoch: number
}

/** Claims the whole, under an epoch after `last`, so that whoever had it before can write nothing more. */
export const claim = Effect.fnUntraced(function* (sql: Sql, runner: string, last: number) {
  const [row] = yield* sql<{
    epoch: unknown
  }>`update botswain_global set epoch = ${greater(sql)}(epoch, ${last}) + 1 where one = 1 returning epoch`
  const all = Array.from({ length: slots }, (_, at) => [at + 1, 1, runner])
  yield* sql`insert into botswain_slot as s (slot, epoch, runner)
    select cast(value->>0 as integer), cast(value->>1 as bigint), value->>2 from ${rows(sql, all)} where true
    on conflict (slot) do update set epoch = s.epoch + 1, runner = excluded.runner`
  return { epoch: Number(row?.epoch) } satisfies Claim
})

/** Gives the epoch that is claimed now, and the last revision that was taken. */
export const claimed = (sql: Sql) =>
  Effect.map(
    sql<Record<"epoch" | "revision", unknown>>`select epoch, revision from botswain_global where one = 1`,
    ([row]) => ({ epoch: Number(row?.epoch), revision: Number(row?.revision) })
  )

/**
 * Takes so many revisions; gives the last of them, or `undefined` if somebody else has claimed the whole. `flushedAt`: time of
 * a flush of counts, if it is one.
 */
export const takeRevisions = (sql: Sql, { epoch }: Claim, count: number, flushedAt?: number) =>
  Effect.map(
    sql<{ revision: unknown }>`update botswain_global set revision = revision + ${count},
      flushed_at = coalesce(cast(${flushedAt ?? null} as bigint), flushed_at)
      where one = 1 and epoch = ${epoch} returning revision`,
    ([row]) => (row === undefined ? undefined : Number(row.revision))
  )

/** Forgets teams; gives a row for each that was there. */
export const forget = (sql: Sql, ids: ReadonlyArray<TeamId>) =>
  sql`delete from botswain_team where key in
    (select value->>0 from ${rows(
      sql,
      ids.map((id) => [keyOf(idText(id))])
    )}) returning key`

/** Rows of the table of teams, with revisions that begin after the one given. */
const teamRows = (sql: Sql, teams: ReadonlyArray<StoredTeam>, revision: number) =>
  sql`insert into botswain_team as t (key, id, slot, wanted, generation, revision, messages, props)
    select value->>0, value->>1, cast(value->>2 as integer), cast(value->>3 as integer), cast(value->>4 as bigint),
      cast(value->>5 as bigint), cast(value->>6 as bigint), cast(value->>7 as bigint)
    from ${rows(
      sql,
      teams.map(({ generation, id, messages, props, wanted }, at) => {
        const text = idText(id)
        return [keyOf(text), text, slotOf(text), wanted ? 1 : 0, generation, revision + at + 1, messages, props]
      })
    )} where true`

/** Places teams, with revisions that begin after the one given. One that stands there already keeps its revision. */
export const place = (
  sql: Sql,
  teams: ReadonlyArray<{ readonly id: TeamId; readonly place: Place }>,
  revision: number
) => {
  const fresh = teams.map(({ id, place: { generation, wanted } }) => ({
    id,
    wanted,
    generation,
    messages: 0,
    props: 0
  }))
  return sql`${teamRows(sql, fresh, revision)}
    on conflict (key) do update
      set wanted = excluded.wanted, generation = excluded.generation, revision = excluded.revision
      where t.wanted <> excluded.wanted or t.generation <> excluded.generation`
}

/** Puts teams, with revisions as {@link place} does. The place with the greater generation stands, and the greater counts. */
export const put = (sql: Sql, teams: ReadonlyArray<StoredTeam>, revision: number) =>
  sql`${teamRows(sql, teams, revision)}
    on conflict (key) do update set
      wanted = case when excluded.generation >= t.generation then excluded.wanted else t.wanted end,
      generation = ${greater(sql)}(t.generation, excluded.generation),
      revision = case
        when excluded.generation > t.generation
          or (excluded.generation = t.generation and excluded.wanted <> t.wanted) then excluded.revision
        else t.revision end,
      messages = ${greater(sql)}(t.messages, excluded.messages),
      props = ${greater(sql)}(t.props, excluded.props)`

/** Writes counts, each of which stays where it is greater. No team may be in it twice. */
export const count = (sql: Sql, counts: ReadonlyArray<CountsOf>) => {
  const messages = sql.literal("cast(r.value->>1 as bigint)")
  const props = sql.literal("cast(r.value->>2 as bigint)")
  return sql`update botswain_team as t
    set messages = ${greater(sql)}(t.messages, ${messages}), props = ${greater(sql)}(t.props, ${props})
    from ${rows(
      sql,
      counts.map((of) => [keyOf(idText(of.id)), of.messages, of.props])
    )}
    where t.key = r.value->>0 and (t.messages < ${messages} or t.props < ${props})`
}

/** Reads teams whose places changed after a revision, in the order of their revisions. */
export const teamsAfter = (sql: Sql, revision: number, limit: number) =>
  Effect.map(
    sql`select revision, id, wanted, generation, messages, props from botswain_team
      where revision > ${revision} order by revision limit ${limit}`.values,
    (found) => ({
      revision: Number(found.at(-1)?.[0] ?? revision),
      teams: found.map(([, id, wanted, generation, messages, props]): StoredTeam => ({
        id: idOfText(String(id)),
        wanted: Number(wanted) === 1,
        generation: Number(generation),
        messages: Number(messages),
        props: Number(props)
      }))
    })
  )

/** Sums up what is stored. */
export const summary = (sql: Sql) =>
  Effect.gen(function* () {
    const [team] = yield* sql<Record<"teams" | "wanted" | "messages" | "props", unknown>>`select count(*) as teams,
      sum(wanted) as wanted, sum(messages) as messages, sum(props) as props from botswain_team`
    const [whole] = yield* sql<Record<"epoch" | "flushed_at", unknown>>`select epoch, flushed_at from botswain_global`
    const wanted = Number(team?.wanted ?? 0)
    return {
      wanted,
      departed: Number(team?.teams ?? 0) - wanted,
      messages: Number(team?.messages ?? 0),
      props: Number(team?.props ?? 0),
      flushedAt: whole?.flushed_at == null ? undefined : Number(whole.flushed_at),
      epoch: Number(whole?.epoch ?? 0)
    }
  })
