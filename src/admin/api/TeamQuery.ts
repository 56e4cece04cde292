import { Schema, SchemaTransformation } from "effect"
import { TeamId } from "../../wire/TeamId.ts"
import { readTeamId, writeTeamId } from "./teamIdText.ts"

/** Team's id in a query, where any id fits: in a path there would be no `..`, and none that is long. */
const TeamIdText = Schema.NonEmptyString.annotate({
  description: `A team's id: 7 is the number, "7" in quotes (JSON) the text, and any other text stands for itself.`
}).pipe(Schema.decodeTo(TeamId, SchemaTransformation.transform({ decode: readTeamId, encode: writeTeamId })))

/** Query of what is about one team. */
export const TeamQuery = { id: TeamIdText }
