import { request } from "node:http"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Context, Duration, Effect, Schedule } from "effect"
import { DrainSwitch } from "../../src/admin/DrainSwitch.ts"
import { adminFleet, token } from "../support/adminFleet.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"
import { readEvents } from "../support/readEvents.ts"

type Fleet = Effect.Success<ReturnType<typeof adminFleet>>

/** Joins teams and waits until they are connected. */
const joined = Effect.fnUntraced(function* ({ context }: Fleet, ids: ReadonlyArray<number | string>) {
  const server = Context.get(context, Rehearsal)
  yield* Effect.forEach(ids, server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === ids.length)
  return server
})

/** Looks until it is so. */
const until = <A>(look: Effect.Effect<A>, isSo: (value: A) => boolean) =>
  Effect.repeat(look, { schedule: Schedule.spaced(20), until: isSo }).pipe(Effect.timeout("10 seconds"), Effect.orDie)

const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, "ops"]

describe("probes", () => {
  it.live("say that the process lives, and that the fleet is ready only while it is", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      const ready = Effect.map(fleet.get("/readyz"), ({ status }) => status)
      assert.strictEqual((yield* fleet.get("/healthz")).status, 200)
      yield* until(ready, (status) => status === 200)
      yield* server.refuseDials()
      yield* Effect.forEach([1, 2], (id) => server.cut(id))
      yield* until(ready, (status) => status === 503)
      assert.match(yield* fleet.text("/readyz"), /^not ready: Global is up, 8 of 10 wanted teams .* 90 % are needed\n$/)
      yield* server.acceptDials
      yield* server.startOutage()
      yield* until(ready, (status) => status === 503)
      assert.strictEqual((yield* fleet.get("/healthz")).status, 200, "still no reason to restart it")
    }).pipe(Effect.scoped)
  )
})

describe("/metrics", () => {
  it.live("is the text that Prometheus reads, agrees with the server, and has no series for a team", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      yield* server.say("ops", "props to you")
      yield* server.say(1, "good morning")
      yield* server.cut(1, Cut.CloseFrame({ code: 1011 }))
      yield* server.sendRaw({ team: 2 }, "{")
      yield* server.awaitState((state) => state.team(1).opens === 2)
      const read = Effect.map(fleet.text("/metrics"), parsePrometheus)
      const families = yield* until(
        read,
        (now) =>
          (valueOf(now, "botswain_ping_round_trip_seconds_count") ?? 0) > 0 &&
          valueOf(now, "botswain_teams_connected") === 10
      )
      const series = (name: string, labels?: Record<string, string>) => valueOf(families, name, labels)
      assert.strictEqual(series("botswain_teams_wanted"), 10)
      assert.strictEqual(series("botswain_teams", { state: "Open" }), 10)
      assert.strictEqual(series("botswain_global_up"), 1)
      assert.strictEqual(series("botswain_connects_total"), 11)
      assert.strictEqual(series("botswain_drops_total", { reason: "closed" }), 1)
      assert.strictEqual(series("botswain_retries_total"), 1)
      assert.strictEqual(series("botswain_messages_total"), 2)
      assert.strictEqual(series("botswain_props_total"), 1)
      assert.strictEqual(series("botswain_frames_total", { outcome: "not-json" }), 1)
      assert.strictEqual(series("botswain_double_sockets_total"), 0)
      assert.isAtLeast(series("botswain_time_to_connect_seconds_count") ?? 0, 11)
      for (const name of [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "nodejs_heap_size_used_bytes"
      ]) {
        assert.isAbove(series(name) ?? 0, 0, name)
      }
      for (const quantile of ["p50", "p99", "max"]) assert.isDefined(series(`nodejs_eventloop_lag_${quantile}_seconds`))
      const all = Array.from(families.values()).flatMap(({ samples }) => samples)
      assert.isBelow(all.length, 120)
      for (const { labels } of all) assert.notProperty(labels, "team")
    }).pipe(Effect.scoped)
  )

  it.live("is not there when the fleet has gone, and its next one begins anew", () =>
    Effect.gen(function* () {
      yield* Effect.scoped(Effect.flatMap(adminFleet(), (fleet) => joined(fleet, ids)))
      const fleet = yield* adminFleet()
      yield* joined(fleet, [1])
      const families = parsePrometheus(yield* fleet.text("/metrics"))
      assert.strictEqual(valueOf(families, "botswain_teams_wanted"), 1)
    }).pipe(Effect.scoped)
  )
})

describe("the API", () => {
  it.live("gives teams in pages, filtered and sorted", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      yield* server.say(3, "one")
      yield* server.say(3, "two")
      yield* server.say("ops", "one")
      yield* server.settle
      yield* server.refuseDials({ of: { team: 5 } })
      yield* server.cut(5)
      yield* until(fleet.json("/api/teams?phase=slow"), ({ matched }) => matched === 1)

      const page = (query: string) =>
        Effect.map(fleet.json(`/api/teams?${query}`), ({ matched, teams, total }) => ({
          matched,
          total,
          ids: teams.map(({ id }: { readonly id: unknown }) => id)
        }))
      assert.deepStrictEqual(yield* page("limit=3&offset=8"), { matched: 10, total: 10, ids: [9, "ops"] })
      assert.deepStrictEqual((yield* page("sort=messages&order=down&limit=2")).ids, [3, "ops"])
      for (const query of ["state&order=up", "failures&order=down", "since&order=down", "heard&order=down"]) {
        assert.deepStrictEqual((yield* page(`sort=${query}&limit=1`)).ids, [5], query)
      }
      assert.deepStrictEqual(yield* page("text=OP"), { matched: 1, total: 10, ids: ["ops"] })
      assert.deepStrictEqual((yield* page("text=503")).ids, [5], "a reason is searched too")
      assert.strictEqual((yield* page("phase=connected,connecting")).matched, 9)
      for (const bad of ["limit=-1", "limit=many", "sort=colour", "order=sideways", "phase=asleep", "phase=slow,"]) {
        assert.strictEqual((yield* fleet.get(`/api/teams?${bad}`)).status, 400, bad)
      }
    }).pipe(Effect.scoped)
  )

  it.live("tells a team's three truths apart, each with its time, and its story", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      const { at, headline, story, team, transitions } = yield* until(
        fleet.json("/api/teams/ops"),
        ({ team: { liveness } }) => liveness?.roundTrip != null
      )
      assert.deepInclude(team, { id: "ops", phase: "connected" })
      assert.deepInclude(team.wanted, { is: true, generation: 1 })
      assert.deepInclude(team.transport, { open: true, state: "Open", failures: 0 })
      for (const time of [team.wanted.since, team.transport.since, team.liveness.roundTrip.at]) {
        assert.isAtLeast(at, time)
        assert.isAtMost(at - time, 10_000)
      }
      assert.isAtMost(team.liveness.heardAgo, 1_000)
      assert.match(headline, /^Team ops has been connected for/)
      assert.strictEqual(story.length, transitions.length)

      yield* server.leave("ops")
      const gone = yield* until(fleet.json("/api/teams/ops"), ({ team: { phase } }) => phase === "gone")
      assert.isFalse(gone.team.wanted.is)
      assert.isNull(gone.team.liveness)
      assert.strictEqual((yield* fleet.get("/api/teams/nobody")).status, 404)
    }).pipe(Effect.scoped)
  )

  it.live("is described, on a page that asks nobody else", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { paths } = yield* fleet.json("/openapi.json")
      assert.sameMembers(Object.keys(paths), [
        "/api/fleet",
        "/api/teams",
        "/api/teams/{id}",
        "/api/past",
        "/api/events",
        "/api/teams/{id}/reconnect",
        "/api/wake",
        "/api/drain"
      ])
      const page = yield* fleet.text("/docs")
      assert.include(page, "/api/teams/{id}/reconnect")
      assert.strictEqual(yield* fleet.text("/docs"), page)
      assert.notMatch(page, /<(?:script|link)[^>]+(?:src|href)="https?:/)
    }).pipe(Effect.scoped)
  )
})

describe("operators", () => {
  it.live("are nobody without a token, and nobody with another one", () =>
    Effect.gen(function* () {
      const open = yield* adminFleet({ token: undefined })
      const closed = yield* adminFleet()
      for (const verb of ["/api/teams/1/reconnect", "/api/wake", "/api/drain"]) {
        assert.strictEqual((yield* open.post(verb)).status, 403, verb)
        assert.strictEqual((yield* open.post(verb, "anything")).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb)).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb, `${token}x`)).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb, token.slice(1))).status, 403, verb)
      }
    }).pipe(Effect.scoped)
  )

  it.live("reconnect one team, wake the slow lane, and drain", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      assert.strictEqual((yield* fleet.post("/api/teams/1/reconnect", token)).status, 200)
      yield* server.awaitState((state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      assert.strictEqual((yield* fleet.post("/api/teams/nobody/reconnect", token)).status, 404)

      yield* server.refuseDials({ of: { team: 2 } })
      yield* server.cut(2)
      yield* until(fleet.json("/api/fleet"), ({ teams }) => teams.slow === 1)
      yield* server.acceptDials
      assert.strictEqual((yield* fleet.post("/api/wake", token)).status, 200)
      yield* server.awaitState((state) => state.team(2).openSockets === 1)

      assert.strictEqual((yield* fleet.post("/api/drain", token)).status, 200)
      yield* Context.get(fleet.context, DrainSwitch).pulled
    }).pipe(Effect.scoped)
  )
})

/** A request with headers that `fetch` would not send. */
const bare = (origin: string, path: string, headers: Record<string, string>) =>
  Effect.callback<number>((resume) => {
    request(`${origin}${path}`, { headers }, (response) => {
      response.resume()
      resume(Effect.succeed(response.statusCode ?? 0))
    }).end()
  })

describe("who asks", () => {
  it.live("must have come by a name of this computer, and from no other page", () =>
    Effect.gen(function* () {
      const { origin } = yield* adminFleet()
      const { host, port } = new URL(origin)
      for (const path of ["/", "/metrics", "/api/fleet", "/healthz"]) {
        const asked = (headers: Record<string, string>) => bare(origin, path, headers)
        assert.strictEqual(yield* asked({}), 200)
        assert.strictEqual(yield* asked({ host: `localhost:${port}` }), 200)
        assert.strictEqual(yield* asked({ host: `attacker.example:${port}` }), 403, `${path} by another name`)
        assert.strictEqual(yield* asked({ origin: `http://${host}` }), 200)
        assert.strictEqual(yield* asked({ origin: "http://attacker.example" }), 403, `${path} from another page`)
        assert.strictEqual(yield* asked({ origin: "null" }), 403)
      }
    }).pipe(Effect.scoped)
  )

  it.live("shows the token for everything but probes and the page, where other computers can ask", () =>
    Effect.gen(function* () {
      const { origin } = yield* adminFleet({ host: "0.0.0.0", loopback: false })
      const here = origin.replace("0.0.0.0", "127.0.0.1")
      const status = (path: string, headers: Record<string, string> = {}) => bare(here, path, headers)
      for (const path of ["/metrics", "/api/fleet", "/api/teams", "/api/events", "/docs", "/nothing"]) {
        assert.strictEqual(yield* status(path), 401, path)
      }
      for (const path of ["/metrics", "/api/fleet"]) {
        assert.strictEqual(yield* status(path, { authorization: `Bearer ${token}` }), 200, path)
      }
      for (const path of ["/", "/healthz"]) assert.strictEqual(yield* status(path), 200, path)
    }).pipe(Effect.scoped)
  )
})

describe("/api/events", () => {
  it.live("begins with everything, and tells a change within a second", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      const events = yield* readEvents(`${fleet.origin}/api/events`)
      const first = yield* events.next(() => true)
      assert.strictEqual(first.type, "snapshot")
      assert.strictEqual(first.cells.length, 10)
      yield* server.refuseDials()
      yield* server.cut(4)
      const told = events.next(({ cells, type }) => type === "cells" && cells.some(([id]: [unknown]) => id === 4))
      const [took] = yield* Effect.timed(told)
      assert.isBelow(Duration.toMillis(took), 1_000)
      const tick = yield* events.next(({ trouble, type }) => type === "tick" && trouble.teams.length === 1)
      assert.strictEqual(tick.trouble.teams[0].id, 4)
      assert.strictEqual(tick.fleet.teams.connected, 9)
    }).pipe(Effect.scoped)
  )

  it.live("a reader that stops reading holds up nobody, is not kept in store for, and finds the newest", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({}, { stableAfter: "1 milli" })
      // Long enough that what happens in seconds is more than what sockets hold by themselves.
      const many = Array.from({ length: 200 }, (_, id) => `${id} ${"x".repeat(2_000)}`)
      const server = yield* joined(fleet, many)
      const live = yield* readEvents(`${fleet.origin}/api/events`)
      yield* Effect.forkScoped(Effect.forever(live.next(() => true)))
      const { hostname, port } = new URL(fleet.origin)
      const stalled = connect(Number(port), hostname)
      stalled.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
      stalled.pause()
      let rounds = 0
      for (; live.heard().length < 16_000_000; rounds++) {
        yield* server.cutAll(Cut.End())
        yield* server.awaitState((state) =>
          many.every((id) => state.team(id).opens > rounds + 1 && state.team(id).openSockets === 1)
        )
      }
      const { teams, totals } = yield* fleet.json("/api/fleet")
      assert.strictEqual(teams.connected, many.length)

      let read = ""
      stalled.on("data", (chunk) => (read += String(chunk)))
      stalled.resume()
      const newest = yield* until(
        Effect.sync(() => /.*"totals":\{"messages":\d+,"props":\d+,"connects":(\d+)/s.exec(read)?.[1]),
        (connects) => Number(connects) >= many.length * (rounds + 1)
      )
      assert.strictEqual(Number(newest), totals.connects)
      assert.isBelow(read.length, live.heard().length / 2, "what it did not read was not kept")
      stalled.destroy()
    }).pipe(Effect.scoped)
  )

  it.live("takes so many readers and no more, and has room again when one goes", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const opened = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Effect.forEach(Array.from({ length: 32 }), () =>
            Effect.flatMap(readEvents(`${fleet.origin}/api/events`), ({ next }) => next(() => true))
          )
          return (yield* fleet.get("/api/events")).status
        })
      )
      assert.strictEqual(opened, 503)
      yield* until(
        Effect.scoped(Effect.map(readEvents(`${fleet.origin}/api/events`), ({ status }) => status)),
        (status) => status === 200
      )
    }).pipe(Effect.scoped)
  )
})
