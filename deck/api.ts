import type { FeedEvent } from "../src/admin/api/FeedEvent.ts"
import type { FleetView, Past, Point, Trouble } from "../src/admin/api/FleetView.ts"
import { writeTeamId } from "../src/admin/api/teamIdText.ts"
import type { Phase, TeamRow, TeamsPage, TeamStory } from "../src/admin/api/TeamView.ts"

export type { FeedEvent, FleetView, Past, Phase, Point, TeamRow, TeamsPage, TeamStory, Trouble }
export { writeTeamId }

/** Token of the operator. Kept in this page's memory only, so that it is gone with the page. */
let token: string | undefined
/** True if questions need it too. If not, only verbs have it: another process may listen here by then. */
let isForQuestions = false

/** Takes the operator's token. `forQuestions`: it was asked for since a question was refused. */
export const setToken = (shown: string | undefined, forQuestions = false): void => {
  token = shown
  isForQuestions = forQuestions
}

export const hasToken = (): boolean => token !== undefined

/** Failure of a request; `message` says why. */
export class RequestFailed extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Sends a request to the process that served this page. Throws `RequestFailed` for an answer that is not 2xx. */
export const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers)
  if (token !== undefined && (isForQuestions || init.method === "POST")) headers.set("authorization", `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers })
  if (response.ok) return response
  const said: unknown = await response.json().catch(() => undefined)
  const message = typeof said === "object" && said !== null && "message" in said ? String(said.message) : undefined
  throw new RequestFailed(response.status, message ?? `answered with ${response.status}`)
}

const json = async <A>(path: string, init?: RequestInit): Promise<A> => (await ask(path, init)).json() as Promise<A>

/** Query that names a team, whatever its id. */
export const teamQuery = (id: string | number): string => `id=${encodeURIComponent(writeTeamId(id))}`

export const fetchStory = (id: string | number, signal: AbortSignal): Promise<TeamStory> =>
  json(`api/team?${teamQuery(id)}`, { signal })

export const searchTeams = (text: string, signal: AbortSignal): Promise<TeamsPage> =>
  json(`api/teams?limit=8&sort=state&text=${encodeURIComponent(text)}`, { signal })

/** Runs an operator's verb. Gives a text that says what was done, or why not. */
export const act = async (path: string): Promise<string> => {
  try {
    return (await json<{ done: string }>(path, { method: "POST" })).done
  } catch (error) {
    return error instanceof RequestFailed ? error.message : "botswain does not answer"
  }
}
