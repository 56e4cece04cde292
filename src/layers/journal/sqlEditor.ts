import { Effect } from "effect"
import type { StoredTeam } from "../../services/Journal.ts"
import type { JournalEditor } from "../../services/JournalEditor.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Backend } from "./Backend.ts"
import { chunks } from "./chunks.ts"
import { own } from "./own.ts"
import * as Statements from "./statements.ts"

/** Opens a journal to work on it by hand, for as long as the Scope is open. `mayMake`: makes it where there is none. */
export const openEditor = Effect.fnUntraced(function* (backend: Backend, runner: string, mayMake: boolean) {
  const { write } = yield* own(backend, runner, mayMake)

  const put = (teams: ReadonlyArray<StoredTeam>) => {
    // A team that comes twice, once as it was and once as it is, is one team.
    const byTeam = new Map<TeamId, StoredTeam>()
    for (const team of teams) {
      const known = byTeam.get(team.id)
      if (known === undefined) byTeam.set(team.id, team)
      else {
        byTeam.delete(team.id)
        byTeam.set(team.id, {
          ...(known.generation > team.generation ? known : team),
          messages: Math.max(known.messages, team.messages),
          props: Math.max(known.props, team.props)
        })
      }
    }
    const all = [...byTeam.values()]
    return write((sql, step, take) =>
      Effect.gen(function* () {
        let revision = (yield* take(all.length)) - all.length
        for (const some of chunks(all)) {
          yield* step(Statements.put(sql, some, revision))
          revision += some.length
        }
      })
    )
  }

  const editor: JournalEditor["Service"] = {
    put: Effect.fn("JournalEditor.put")(put),
    forget: Effect.fn("JournalEditor.forget")((id) =>
      write((sql, step, take) =>
        Effect.andThen(
          take(1),
          Effect.map(step(Statements.forget(sql, [id])), (found) => found.length > 0)
        )
      )
    )
  }
  return editor
})
