import { Data, Effect, Redacted } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { AdminApi } from "../../../wire/AdminApi.ts"
import { adminAddress, type AdminFlags, adminToken, usualAddress } from "../flags/admin.ts"
import { once } from "../flags/option.ts"

/** Where to ask, for commands that talk to an admin surface. */
export const clientFlags = {
  admin: once({
    name: "admin",
    metavar: "ADDRESS",
    about: "Where the botswain that is asked serves its deck",
    preset: "127.0.0.1:9464",
    read: adminAddress
  }),
  adminToken
}

/** Nobody answers at the admin address, or not what was asked. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly address: string; readonly problem: string }> {
  override get message() {
    return `${this.address}: ${this.problem}`
  }
}

/** What an answer may take. */
const patience = "5 seconds"

/** The address that flags name. */
export const addressOf = ({ admin }: Pick<AdminFlags, "admin">): string => {
  const given = admin?.value ?? usualAddress
  const { host, port } = given === "off" ? usualAddress : given
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
}

/** What can be asked of an admin surface. */
export const client = (flags: Pick<AdminFlags, "admin" | "adminToken">) =>
  Effect.gen(function* () {
    const plain = yield* HttpClient.HttpClient
    const token = flags.adminToken?.value
    return yield* HttpApiClient.group(AdminApi, {
      group: "look",
      baseUrl: addressOf(flags),
      httpClient:
        token === undefined ? plain : HttpClient.mapRequest(plain, HttpClientRequest.bearerToken(Redacted.value(token)))
    })
  }).pipe(Effect.provide(FetchHttpClient.layer))

/** What a problem is in a few words; a typed answer speaks for itself. */
const problemOf = (error: { readonly _tag: string; readonly message?: string }): string => {
  switch (error._tag) {
    case "NoSuchTeam":
      return error.message ?? "there is no such team"
    case "TimeoutError":
      return `no answer in ${patience}`
    case "HttpClientError":
      return "no botswain answers there; is one running, and is this its --admin address?"
    default:
      return "what answers there is no botswain of this version"
  }
}

/** Waits for an answer, but not for long; what goes wrong is one line. */
export const answer =
  (flags: Pick<AdminFlags, "admin">) =>
  <A, E extends { readonly _tag: string; readonly message?: string }, R>(
    asked: Effect.Effect<A, E, R>
  ): Effect.Effect<A, NoAnswer, R> =>
    Effect.mapError(
      Effect.timeout(asked, patience),
      (error) => new NoAnswer({ address: addressOf(flags), problem: problemOf(error) })
    )
