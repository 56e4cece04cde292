import { Data, Effect, Redacted } from "effect"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { AdminApi } from "../../admin/api/AdminApi.ts"
import { type Address, adminTokenSpec, clientAddress, usualAddress } from "../flags/admin.ts"
import { flagsOf, type Given } from "../flags/option.ts"

/** Where to ask, for commands that talk to an admin surface. */
export const clientFlags = flagsOf({
  admin: {
    name: "admin",
    metavar: "ADDRESS",
    about: "Where the botswain that is asked serves its deck",
    preset: "127.0.0.1:9464",
    read: clientAddress
  },
  adminToken: adminTokenSpec
})

/** What was given for them. */
export interface ClientFlags {
  readonly admin: Given<Address> | undefined
  readonly adminToken: Given<Redacted.Redacted> | undefined
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
const addressOf = ({ admin }: ClientFlags): string => {
  const { host, port } = admin?.value ?? usualAddress
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
}

/** What can be asked of an admin surface. */
export const client = (flags: ClientFlags) =>
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

/** What a problem is in a few words, with what to do; a typed answer speaks for itself. */
const problemOf = (
  error: { readonly _tag: string; readonly message?: string },
  { adminToken: token }: ClientFlags
): string => {
  if (error._tag === "NoSuchTeam") return `${error.message}; the deck there finds teams by a part of their id`
  if (error._tag === "TimeoutError") return `no answer in ${patience}`
  const status = HttpClientError.isHttpClientError(error) ? error.response?.status : undefined
  if (HttpClientError.isHttpClientError(error) && status === undefined) {
    return "no botswain answers there; is one running, and is this its --admin address?"
  }
  if (status === 401) {
    return token === undefined
      ? "it wants the token that it was started with: --admin-token or BOTSWAIN_ADMIN_TOKEN"
      : `it was started with another token than that of ${token.source}`
  }
  if (status === 403) return "it answers to a name of its own computer only, such as 127.0.0.1"
  return "what answers there is no botswain of this version"
}

/** Waits for an answer, but not for long; what goes wrong is one line. */
export const answer =
  (flags: ClientFlags) =>
  <A, E extends { readonly _tag: string; readonly message?: string }, R>(
    asked: Effect.Effect<A, E, R>
  ): Effect.Effect<A, NoAnswer, R> =>
    Effect.mapError(
      Effect.timeout(asked, patience),
      (error) => new NoAnswer({ address: addressOf(flags), problem: problemOf(error, flags) })
    )
