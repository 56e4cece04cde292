import { Context, type Effect } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import type { JournalFailed, StoredTeam } from "./Journal.ts"

/** A journal that is worked on by hand, while no fleet has it. */
export class JournalEditor extends Context.Service<
  JournalEditor,
  {
    /**
     * Puts teams into it, all or none, in that order. Of two places of a team the one with the greater generation stands, and
     * of two counts the greater.
     */
    readonly put: (teams: ReadonlyArray<StoredTeam>) => Effect.Effect<void, JournalFailed>
    /** Forgets a team, with its counts. False if it is not in it. */
    readonly forget: (id: TeamId) => Effect.Effect<boolean, JournalFailed>
  }
>()("botswain/services/JournalEditor") {}
