import { Schema } from "effect"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"

/** Refusal of a request: for its token, its Host or its Origin, or since no token is set for verbs. */
export class Refused extends Schema.TaggedError<Refused>()(
  "Refused",
  { message: Schema.String },
  { httpApiStatus: 403 }
) {}

/** Refusal of a team id that this run does not know. */
export class NoSuchTeam extends Schema.TaggedError<NoSuchTeam>()(
  "NoSuchTeam",
  { message: Schema.String },
  { httpApiStatus: 404 }
) {}

/** Refusal of a costly answer, as too many have been asked for. */
export class TooBusy extends Schema.TaggedError<TooBusy>()(
  "TooBusy",
  { message: Schema.String },
  { httpApiStatus: 503 }
) {}

/** Refusal to judge a token, after many wrong ones from the same address. */
export class SlowedDown extends Schema.TaggedError<SlowedDown>()(
  "SlowedDown",
  { message: Schema.String },
  { httpApiStatus: 429 }
) {}

/** Lets operators in: `Authorization: Bearer` and the token of `--admin-token`. */
export class Operators extends HttpApiMiddleware.Service<Operators>()("botswain/admin/api/Refusal/Operators", {
  error: [Refused, SlowedDown],
  security: { token: HttpApiSecurity.bearer }
}) {}
