import { Schema } from "effect"
import { Phase } from "./TeamView.ts"

/** Whole number in a query. */
const Whole = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))

/** Phases, with commas between them; an empty text is all of them. */
const Phases = Schema.String.check(
  Schema.makeFilter(
    (text: string) =>
      text.split(",").every((name) => text === "" || Schema.is(Phase)(name)) || `needs ${Phase.literals.join(", ")}`
  )
)

/** Query of `/api/teams`: which teams, in what order, and which part of them. */
export const TeamsQuery = Schema.Struct({
  phase: Schema.optionalKey(Phases),
  /** Text in an id or a reason. */
  text: Schema.optionalKey(Schema.String),
  sort: Schema.optionalKey(Schema.Literals(["id", "state", "failures", "messages", "since", "heard"])),
  order: Schema.optionalKey(Schema.Literals(["up", "down"])),
  offset: Schema.optionalKey(Whole),
  limit: Schema.optionalKey(Whole)
})
export type TeamsQuery = typeof TeamsQuery.Type
