import { Effect } from "effect"
import type { TeamSession } from "../../src/services/TeamRegistry.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

/** Lives of teams that do nothing but go on, and whose endings take what the test says. */
export const makeLives = (ending: () => Effect.Effect<void> = () => Effect.void) => {
  /** What began and ended, as `begin 1#2`: team 1, its second stay. */
  const log: Array<string> = []
  const sessions: Array<TeamSession> = []
  const running = new Map<TeamId, number>()
  let overlaps = 0

  const change = (what: string, { generation, team }: TeamSession, by: number) =>
    Effect.sync(() => {
      log.push(`${what} ${team.id}#${generation}`)
      const count = (running.get(team.id) ?? 0) + by
      running.set(team.id, count)
      if (count > 1) overlaps++
    })

  return {
    life: (session: TeamSession) =>
      Effect.acquireUseRelease(
        Effect.andThen(
          change("begin", session, 1),
          Effect.sync(() => sessions.push(session))
        ),
        () => Effect.never,
        () => Effect.andThen(ending(), change("end", session, -1))
      ),
    log,
    sessions,
    isRunning: (id: TeamId) => (running.get(id) ?? 0) > 0,
    runningCount: () => [...running.values()].reduce((sum, count) => sum + count, 0),
    /** How often two lives of one team were running. */
    overlaps: () => overlaps
  }
}
