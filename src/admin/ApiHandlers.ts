import { Effect, Layer, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import { AdminApi } from "./api/AdminApi.ts"
import { NoSuchTeam } from "./api/Refusal.ts"
import { DrainSwitch } from "./DrainSwitch.ts"
import { makeFeed } from "./feed.ts"
import { FleetHistory } from "./FleetHistory.ts"
import { makeTeamPages } from "./TeamPages.ts"
import { makeTeamViews } from "./teamView.ts"

const noSuchTeam = (id: TeamId) => new NoSuchTeam({ message: `there is no team ${JSON.stringify(id)} in this run` })

/** Handlers that only read. */
const look = HttpApiBuilder.group(
  AdminApi,
  "look",
  Effect.fnUntraced(function* (handlers) {
    const registry = yield* TeamRegistry
    const history = yield* FleetHistory
    const views = yield* makeTeamViews
    const pages = yield* makeTeamPages
    const feed = yield* makeFeed
    return handlers
      .handle("fleet", () => Effect.sync(feed.fleetView))
      .handle("teams", ({ query }) =>
        Effect.map(pages(query), (body) => HttpServerResponse.uint8Array(body, { contentType: "application/json" }))
      )
      .handle("team", ({ query: { id } }) =>
        Effect.suspend(() => {
          const team = registry.find(id)
          const story = team && views.story(team)
          return story === undefined ? Effect.fail(noSuchTeam(id)) : Effect.succeed(story)
        })
      )
      .handle("past", () => Effect.sync(history.past))
      .handle("events", () =>
        Effect.succeed(
          HttpServerResponse.stream(Stream.unwrap(Effect.map(feed.register, feed.events)), {
            contentType: "text/event-stream"
          })
        )
      )
  })
)

/** Handlers of an operator's verbs. Each is logged. */
const act = HttpApiBuilder.group(
  AdminApi,
  "act",
  Effect.fnUntraced(function* (handlers) {
    const registry = yield* TeamRegistry
    const drain = yield* DrainSwitch
    return handlers
      .handle("reconnect", ({ query: { id } }) =>
        Effect.gen(function* () {
          if (registry.find(id) === undefined) return yield* noSuchTeam(id)
          if (!(yield* registry.restart(id, "an operator asked for a new connection"))) {
            return yield* new NoSuchTeam({ message: "it has left, so no connection of it is wanted" })
          }
          yield* Effect.annotateLogs(Effect.logInfo("an operator reconnects a team"), { team: id })
          return { done: "its connection is ended, and begun anew" }
        })
      )
      .handle("wake", () =>
        Effect.andThen(Effect.logInfo("an operator wakes the slow lane"), registry.wakeAll).pipe(
          Effect.as({ done: "every team in the slow lane is tried now" })
        )
      )
      .handle("drain", () =>
        Effect.andThen(Effect.logInfo("an operator drains the fleet"), drain.pull).pipe(
          Effect.as({ done: "every connection is closed in peace, and the run ends" })
        )
      )
  })
)

/** Handlers of all endpoints of {@link AdminApi}. */
export const layer = Layer.merge(look, act)
