import type { FlightEntry, WaitRule } from "../observe/FlightEntry.ts"
import type { Flight } from "../observe/FlightRecording.ts"
import { isConnected, type Team } from "../services/TeamRegistry.ts"
import { span } from "./api/span.ts"
import { writeTeamId } from "./api/teamIdText.ts"

/** One event of a story. `at` is in milliseconds of Effect's clock. */
export interface StoryLine {
  readonly at: number
  readonly text: string
  /** Good news, bad news, or neither. */
  readonly mood: "well" | "ill" | "plain"
}

/** Story of a team, for people: how it is, and how that came about, oldest first. */
export interface Story {
  readonly headline: string
  readonly lines: ReadonlyArray<StoryLine>
}

/** Explanations of waits. */
const rules: Readonly<Record<WaitRule, string>> = {
  stable: "it had been stable, so a random part of the first step",
  ladder: "a step of the ladder, which grows with each failure",
  "slow lane": "so many failures in a row that it is tried rarely"
}

const because = (cause: string | undefined) => (cause === undefined ? "" : `: ${cause}`)

const endOf = ({ attempt, cause, from, lived }: FlightEntry): string =>
  from === "Open"
    ? `The connection was lost after ${span(lived ?? 0)}${because(cause)}.`
    : `Attempt ${attempt} failed${because(cause)}.`

const lineOf = (entry: FlightEntry): StoryLine => {
  const { at, attempt, cause, origin, rule, to, wait } = entry
  switch (to) {
    case "Waiting":
      return cause === undefined
        ? { at, mood: "plain", text: "It is wanted: a new stay begins." }
        : { at, mood: "ill", text: `It waits: ${cause}.` }
    case "Asking":
      return { at, mood: "plain", text: `Attempt ${attempt}: it asks for a URL.` }
    case "Dialing":
      return { at, mood: "plain", text: `Attempt ${attempt}: it dials ${origin ?? "its URL"}.` }
    case "Open":
      return { at, mood: "well", text: attempt === 1 ? "Connected." : `Connected, at attempt ${attempt} in a row.` }
    case "Backoff":
    case "SlowRetry":
      return {
        at,
        mood: "ill",
        text: `${endOf(entry)} It waits ${span(wait ?? 0)} (${rules[rule ?? "ladder"]}).`
      }
    case "Draining":
      return { at, mood: "plain", text: `Its connection is being closed${because(cause)}.` }
    case "Departed":
      return { at, mood: "plain", text: "It has left; nothing of it is open." }
  }
}

const headlineOf = (team: Team, flight: Flight, now: number): string => {
  const { state } = team
  const name = `Team ${writeTeamId(team.id)}`
  switch (state._tag) {
    case "Open":
      return isConnected(team)
        ? `${name} has been connected for ${span(now - state.since)}.`
        : `${name} has just lost its connection.`
    case "Waiting":
      return state.reason === undefined ? `${name} has just joined.` : `${name} is not connected: ${state.reason}.`
    case "Asking":
      return `${name} is not connected: it asks for a URL (attempt ${state.failures + 1} in a row).`
    case "Dialing":
      return `${name} is not connected: it dials ${state.origin} (attempt ${state.failures + 1} in a row).`
    case "Backoff":
    case "SlowRetry": {
      const where = state._tag === "SlowRetry" ? "is in the slow lane" : "is down"
      const times = state.failures === 1 ? "1 failure" : `${state.failures} failures`
      const next = state.until > now ? `It is tried again in ${span(state.until - now)}.` : "It is about to be tried."
      return `${name} ${where} after ${times} in a row: ${state.reason}. ${next}`
    }
    case "Draining":
      return `${name}'s connection is being closed.`
    case "Departed":
      return `${name} left ${span(now - flight.wantedSince)} ago.`
  }
}

/** Tells a team's last transitions as a story. `now` is in milliseconds of Effect's clock. */
export const teamStory = (team: Team, flight: Flight, now: number): Story => ({
  headline: headlineOf(team, flight, now),
  lines: flight.entries.map(lineOf)
})
