import { Schema } from "effect"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"

/** The request is not allowed: by its token, its Host or its Origin, or since verbs have no token. */
export class Refused extends Schema.TaggedError<Refused>()(
  "Refused",
  { message: Schema.String },
  { httpApiStatus: 403 }
) {}

/** There is no such team in this run. */
export class NoSuchTeam extends Schema.TaggedError<NoSuchTeam>()(
  "NoSuchTeam",
  { message: Schema.String },
  { httpApiStatus: 404 }
) {}

/** There are as many readers of events as there may be. */
export class TooManyReaders extends Schema.TaggedError<TooManyReaders>()(
  "TooManyReaders",
  { message: Schema.String },
  { httpApiStatus: 503 }
) {}

/** Lets operators in: `Authorization: Bearer` and the token of `--admin-token`. */
export class Operators extends HttpApiMiddleware.Service<Operators>()("botswain/admin/api/Operators", {
  error: Refused,
  security: { token: HttpApiSecurity.bearer }
}) {}
