import { assert, describe, it } from "@effect/vitest"
import { Cut } from "botswain/rehearsal"
import { Effect } from "effect"
import { writeTeamId } from "../../src/admin/api/teamIdText.ts"
import { adminFleet, ids, joined, token, until } from "../support/adminFleet.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"

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

  it.live("finds and restarts a team of any id, and takes none for the one that looks alike", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const odd = [1, "1", ".", "..", "a/b?c=d&e#f%2e", `"1"`, "x".repeat(1_024), "漢".repeat(1_024), "2"]
      const server = yield* joined(fleet, odd)
      for (const id of odd) {
        const query = `id=${encodeURIComponent(writeTeamId(id))}`
        assert.strictEqual((yield* fleet.json(`/api/team?${query}`)).team.id, id)
        assert.strictEqual((yield* fleet.post(`/api/team/reconnect?${query}`, token)).status, 200)
        yield* server.awaitState((state) => state.team(id).opens === 2)
      }
      assert.strictEqual((yield* server.state).team(1).opens, 2)
      assert.strictEqual((yield* fleet.get("/api/team?id=2")).status, 404, "it is a text")
      assert.strictEqual((yield* fleet.post("/api/team/reconnect?id=2", token)).status, 404)
      for (const bad of ["", "?id=", "?id=1&id=2"]) {
        assert.strictEqual((yield* fleet.get(`/api/team${bad}`)).status, 400, bad)
      }
    }).pipe(Effect.scoped)
  )

  it.live("tells a team's three truths apart, each with its time, and its story", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      const { at, headline, story, team, transitions } = yield* until(
        fleet.json("/api/team?id=ops"),
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
      const gone = yield* until(fleet.json("/api/team?id=ops"), ({ team: { phase } }) => phase === "gone")
      assert.isFalse(gone.team.wanted.is)
      assert.isNull(gone.team.liveness)
      assert.strictEqual((yield* fleet.get("/api/team?id=nobody")).status, 404)
    }).pipe(Effect.scoped)
  )

  it.live("is described, on a page that asks nobody else", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { paths } = yield* fleet.json("/openapi.json")
      assert.sameMembers(Object.keys(paths), [
        "/api/fleet",
        "/api/teams",
        "/api/team",
        "/api/past",
        "/api/events",
        "/api/team/reconnect",
        "/api/wake",
        "/api/drain"
      ])
      const page = yield* fleet.text("/docs")
      assert.include(page, "/api/team/reconnect")
      assert.strictEqual(yield* fleet.text("/docs"), page)
      assert.notMatch(page, /<(?:script|link)[^>]+(?:src|href)="https?:/)
    }).pipe(Effect.scoped)
  )
})
