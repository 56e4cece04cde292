import { Clock, Data, Effect, Option, type Redacted } from "effect"
import { type Command, Flag } from "effect/cli"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { AdminApi } from "../../admin/api/AdminApi.ts"
import { signed, signingKey } from "../../admin/signature.ts"
import { addressText, clientAddress, defaultAddress } from "../flags/address.ts"
import { adminTokenSpec } from "../flags/admin.ts"
import { flagsOf } from "../flags/option.ts"

/** Flags of commands that ask an admin surface. */
export const clientFlags = {
  ...flagsOf({
    admin: {
      name: "admin",
      metavar: "ADDRESS",
      about: "Where the botswain that is asked serves its deck",
      preset: addressText(defaultAddress),
      read: clientAddress
    },
    adminToken: adminTokenSpec
  }),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Prints JSON, as the admin API has it"), Flag.withDefault(false))
}

/** Values of these flags. */
export type ClientFlags = Command.Command.Config.Infer<typeof clientFlags>

/** Failure to get an answer from an admin surface. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly address: string; readonly problem: string }> {
  override get message() {
    return `${this.address}: ${this.problem}`
  }
}

/** Time that an answer may take. */
const answerTimeout = "5 seconds"

const baseUrl = ({ admin }: ClientFlags): string => `http://${addressText(admin?.value ?? defaultAddress)}`

/** Signs each question by the token, which is shown to nobody: whatever listens there may be no botswain. */
const signing = (token: Redacted.Redacted) =>
  Effect.gen(function* () {
    const key = yield* Effect.cached(signingKey(token))
    return Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
      const { pathname, search } = Option.getOrThrow(HttpClientRequest.toUrl(request))
      const question = { method: request.method, url: pathname + search }
      const header = signed(yield* key, question, yield* Clock.currentTimeMillis)
      return HttpClientRequest.setHeader(request, "authorization", header)
    })
  })

/** Makes a client of the admin API, for what it answers without changing anything. */
export const client = (flags: ClientFlags) =>
  Effect.gen(function* () {
    const plain = (yield* HttpClient.HttpClient).pipe(
      HttpClient.mapRequest(HttpClientRequest.prependUrl(baseUrl(flags))),
      HttpClient.transformResponse(Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }))
    )
    const token = flags.adminToken?.value
    return yield* HttpApiClient.group(AdminApi, {
      group: "look",
      httpClient: token === undefined ? plain : HttpClient.mapRequestEffect(plain, yield* signing(token))
    })
  }).pipe(Effect.provide(FetchHttpClient.layer))

/** Describes what went wrong in a few words, with what to do about it. */
const problemOf = (
  error: { readonly _tag: string; readonly message?: string },
  { adminToken: token }: ClientFlags
): string => {
  if (error._tag === "NoSuchTeam") return `${error.message}; the deck there finds teams by a part of their id`
  if (error._tag === "TooBusy") return "too much is asked of it at once; try again"
  if (error._tag === "TimeoutError") return `no answer in ${answerTimeout}`
  const response = HttpClientError.isHttpClientError(error) ? error.response : undefined
  if (HttpClientError.isHttpClientError(error) && response === undefined) {
    return "no botswain answers there; is one running, and is this its --admin address?"
  }
  if (response?.status === 401) {
    if (token === undefined) return "it wants the token that it was started with: --admin-token or BOTSWAIN_ADMIN_TOKEN"
    return response.headers["www-authenticate"] === undefined
      ? `it was started with another token than that of ${token.source}`
      : "its clock and the clock here are more than a minute apart, and a question is good for a minute"
  }
  if (response?.status === 403) return "it answers to a name of its own computer only, such as 127.0.0.1"
  if (response?.status === 429) return "too many wrong tokens have come from here; wait a little"
  return "what answers there is no botswain of this version"
}

/** Waits for an answer, up to a timeout. Fails with one line that says what to do. */
export const answer =
  (flags: ClientFlags) =>
  <A, E extends { readonly _tag: string; readonly message?: string }, R>(
    asked: Effect.Effect<A, E, R>
  ): Effect.Effect<A, NoAnswer, R> =>
    Effect.mapError(
      Effect.timeout(asked, answerTimeout),
      (error) => new NoAnswer({ address: baseUrl(flags), problem: problemOf(error, flags) })
    )
