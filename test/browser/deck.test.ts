import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Context, Effect, Exit, Redacted, Scope } from "effect"
import { adminFleet, token } from "../support/adminFleet.ts"
import { journalWith } from "../support/restarts.ts"
import { openPage } from "./chromium.ts"

type Fleet = Effect.Success<ReturnType<typeof adminFleet>>

const joined = Effect.fnUntraced(function* ({ context }: Fleet, count: number) {
  const server = Context.get(context, Rehearsal)
  for (let id = 1; id <= count; id++) yield* server.join(id)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === count)
  return server
})

/** The page has neither the token in it, nor the path or the query of any URL that was dialled. */
const assertNoSecret = Effect.fnUntraced(function* (
  on: Effect.Success<ReturnType<typeof openPage>>["on"],
  server: Rehearsal["Service"]
) {
  const html = yield* on((page) => page.content())
  const { dials } = yield* server.state
  assert.isAbove(dials.recent.length, 5)
  for (const { path } of dials.recent) assert.notInclude(html, Redacted.value(path))
  for (const secret of [token, "s3cret-url"]) assert.notInclude(html, secret)
})

const shows = (count: number) => `[data-testid=connected]:text-is("${count.toLocaleString("en-US")}")`

describe("the deck", () => {
  it.live("asks nobody but the process that served it, and complains of nothing", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      yield* joined(fleet, 20)
      const { complaints, on, requests } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(20)))
      yield* on((page) => page.waitForSelector(".uplot canvas"))
      assert.isAbove(requests.length, 3)
      assert.deepStrictEqual(complaints, [])
      // The API's own page too.
      yield* on((page) => page.goto(`${fleet.origin}/docs`))
      yield* on((page) => page.waitForSelector("[data-path='/api/team/reconnect']"))
      for (const url of requests) assert.match(url, new RegExp(`^(?:${fleet.origin}/|data:)`))
    }).pipe(Effect.scoped)
  )

  it.live("tells what the platform denies of a fleet that was restarted, and that the state cannot be written", () =>
    Effect.gen(function* () {
      const memory = yield* journalWith([1, 2, 3])
      const fleet = yield* adminFleet({}, {}, memory.layer)
      const server = yield* joined(fleet, 1)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) =>
        page.waitForSelector(".hero:has-text('Every team is connected but 2 that the platform denies')")
      )
      yield* on((page) => page.waitForSelector("[data-testid=unconfirmed]:has-text('2 teams unconfirmed')"))
      yield* on((page) => page.waitForSelector(".legend:has-text('Denied')"))
      yield* on((page) => page.waitForSelector(".panel.trouble:has-text('Nothing is failing.')"))
      yield* memory.fault({ _tag: "Fails", reason: "full" })
      yield* server.say(1, "nobody writes this down")
      yield* on((page) => page.waitForSelector(".caption.trouble:has-text('the state cannot be written (full')"))
      yield* on((page) => page.keyboard.press("/"))
      yield* on((page) => page.keyboard.type("2"))
      yield* on((page) => page.waitForSelector("[role=option]:has-text('2')"))
      yield* on((page) => page.keyboard.press("Enter"))
      yield* on((page) => page.waitForSelector(".headline:has-text('It is unconfirmed, and denied by the platform')"))
    }).pipe(Effect.scoped)
  )

  it.live("finds a team and tells its story: by search, by click, and by the keyboard alone", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, 40)
      yield* server.refuseDials({ of: { team: 17 } })
      yield* server.cut(17)
      const { complaints, on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(39)))
      // The failing are named, with why.
      yield* on((page) => page.waitForSelector(".trouble li:has-text('503')"))

      yield* on((page) => page.keyboard.press("/"))
      yield* on((page) => page.keyboard.type("503"))
      yield* on((page) => page.waitForSelector("[role=option]:has-text('17')"))
      yield* on((page) => page.keyboard.press("Enter"))
      yield* on((page) => page.waitForSelector(".headline:has-text('Team 17 is in the slow lane')"))
      yield* on((page) => page.waitForSelector(".events li.ill:has-text('503')"))
      yield* on((page) => page.keyboard.press("Escape"))
      yield* on((page) => page.waitForSelector(".story", { state: "detached" }))

      yield* on((page) => page.click(".map canvas", { position: { x: 12, y: 12 } }))
      yield* on((page) => page.waitForSelector(".headline:has-text('Team 1 has been connected')"))
      yield* on((page) => page.keyboard.press("Escape"))

      yield* on((page) => page.focus(".map canvas"))
      for (const key of ["Home", "ArrowRight", "ArrowRight", "Enter"]) yield* on((page) => page.keyboard.press(key))
      yield* on((page) => page.waitForSelector(".headline:has-text('Team 3 has been connected')"))
      // And on from there.
      for (const key of ["Escape", "ArrowRight", "Enter"]) yield* on((page) => page.keyboard.press(key))
      yield* on((page) => page.waitForSelector(".headline:has-text('Team 4 has been connected')"))
      assert.deepStrictEqual(complaints, [])
      yield* assertNoSecret(on, server)
    }).pipe(Effect.scoped)
  )

  it.live("tells and reconnects a team of any id, and tells a number and a text apart", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = Context.get(fleet.context, Rehearsal)
      const ids = [1, "1", "..", "x".repeat(1_000)]
      yield* Effect.forEach(ids, server.join)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === ids.length)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(ids.length)))
      yield* on((page) => page.click("text=Operator"))
      yield* on((page) => page.fill("dialog input", token))
      yield* on((page) => page.click("dialog >> text=Show it"))
      yield* on((page) => page.click("dialog button:text-is('Close')"))
      for (const [id, name] of [
        ["1", `"1"`],
        ["..", ".."],
        ["x".repeat(1_000), "xxx"]
      ] as const) {
        yield* on((page) => page.keyboard.press("/"))
        yield* on((page) => page.keyboard.type(id === "1" ? "1" : id.slice(0, 3)))
        yield* on((page) => page.click(`[role=option]:has-text('${name}')`))
        yield* on((page) => page.waitForSelector(`.headline:has-text('Team ${name}')`))
        yield* on((page) => page.click("text=Reconnect"))
        yield* server.awaitState((state) => state.team(id).opens === 2 && state.team(id).openSockets === 1)
        yield* on((page) => page.keyboard.press("Escape"))
      }
      assert.strictEqual((yield* server.state).team(1).opens, 1)
      const [width, room] = yield* on((page) =>
        page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
      )
      assert.isAtMost(width ?? Infinity, room ?? 0)
    }).pipe(Effect.scoped)
  )

  it.live("lets an operator reconnect a team and wake the slow lane, with the token", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, 5)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(5)))
      yield* on((page) => page.click("text=Operator"))
      yield* on((page) => page.fill("dialog input", token))
      yield* on((page) => page.click("dialog >> text=Show it"))
      yield* on((page) => page.click("text=Wake the slow lane"))
      yield* on((page) => page.waitForSelector("dialog output:has-text('is tried now')"))
      yield* on((page) => page.click("dialog button:text-is('Close')"))
      yield* on((page) => page.click(".map canvas", { position: { x: 12, y: 12 } }))
      yield* on((page) => page.click("text=Reconnect"))
      yield* server.awaitState((state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      yield* assertNoSecret(on, server)
    }).pipe(Effect.scoped)
  )

  it.live("asks for the token where other computers can reach it, and is live once that is shown", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({ host: "0.0.0.0", loopback: false })
      yield* joined(fleet, 6)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin.replace("0.0.0.0", "127.0.0.1")))
      yield* on((page) => page.waitForSelector("[role=alert]:has-text('wants its token')"))
      assert.notInclude(yield* on((page) => page.content()), "of 6")
      yield* on((page) => page.click("[role=alert] >> text=Show it"))
      yield* on((page) => page.fill("dialog input", "another-token"))
      yield* on((page) => page.click("dialog >> text=Show it"))
      yield* on((page) => page.click("[role=alert]:has-text('has another token') >> text=Show it"))
      yield* on((page) => page.fill("dialog input", token))
      yield* on((page) => page.click("dialog >> text=Show it"))
      yield* on((page) => page.waitForSelector(shows(6)))
      yield* on((page) => page.waitForSelector("[role=alert]", { state: "detached" }))
    }).pipe(Effect.scoped)
  )

  it.live("says that joins are refused, as long as the fleet is full", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({}, { maxTeams: 3 })
      const server = yield* joined(fleet, 3)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(3)))
      const told = "[role=status]:has-text('the fleet is full: --max-teams allows 3, and 1 join was refused')"
      assert.strictEqual(yield* on((page) => page.locator(told).count()), 0)
      yield* server.join(4)
      yield* on((page) => page.waitForSelector(told))
      yield* server.leave(1)
      yield* on((page) => page.waitForSelector(told, { state: "detached" }))
    }).pipe(Effect.scoped)
  )

  it.live("says plainly that it has lost the process, and goes on when that is back", () =>
    Effect.gen(function* () {
      const first = yield* Scope.make()
      const fleet = yield* Scope.provide(adminFleet(), first)
      yield* joined(fleet, 7)
      const { on } = yield* openPage()
      yield* on((page) => page.goto(fleet.origin))
      yield* on((page) => page.waitForSelector(shows(7)))
      yield* Scope.close(first, Exit.void)
      yield* on((page) => page.waitForSelector("[data-testid=lost]"))
      yield* on((page) => page.waitForSelector("main.stale"))
      yield* on((page) => page.waitForSelector("[data-testid=link]:has-text('Lost')"))
      yield* on((page) => page.waitForSelector("[data-testid=global]:has-text('unknown')"))

      const again = yield* adminFleet({ port: Number(new URL(fleet.origin).port) })
      yield* joined(again, 9)
      yield* on((page) => page.waitForSelector(shows(9)))
      yield* on((page) => page.waitForSelector("[data-testid=lost]", { state: "detached" }))
      yield* on((page) => page.waitForSelector("[data-testid=restarted]"))
    }).pipe(Effect.scoped)
  )

  for (const scheme of ["dark", "light"] as const) {
    it.live(`fits into 360 pixels, in ${scheme}`, () =>
      Effect.gen(function* () {
        const fleet = yield* adminFleet()
        yield* joined(fleet, 60)
        const { on } = yield* openPage({ width: 360, height: 740, scheme })
        yield* on((page) => page.goto(fleet.origin))
        yield* on((page) => page.waitForSelector(shows(60)))
        const look = () => ({
          wide: document.documentElement.scrollWidth,
          theme: document.documentElement.dataset["theme"],
          page: getComputedStyle(document.body).backgroundColor
        })
        const { page: ground, theme, wide } = yield* on((page) => page.evaluate(look))
        assert.isAtMost(wide, 360)
        assert.strictEqual(theme, scheme)
        yield* on((page) => page.click("[aria-label^=Turn]"))
        assert.notStrictEqual((yield* on((page) => page.evaluate(look))).page, ground)
      }).pipe(Effect.scoped)
    )
  }
})
