import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, type LogLevel } from "effect"
import { TestClock } from "effect/testing"
import * as Logging from "../../../src/cli/terminal/logging.ts"
import { Screen } from "../../../src/cli/terminal/Screen.ts"
import { fakeScreen } from "./fakeScreen.ts"

const logged = <E>(
  effect: Effect.Effect<void, E>,
  options: { readonly format?: Logging.LogFormat; readonly level?: LogLevel.LogLevel; readonly terminal?: boolean }
) =>
  Effect.gen(function* () {
    const screen = fakeScreen({ terminal: options.terminal ?? false })
    yield* effect.pipe(
      Effect.provide(Logging.layer(options.format, options.level ?? "Info")),
      Effect.provideService(Screen, screen.view)
    )
    assert.strictEqual(screen.stdout(), "", "stdout is for results")
    return screen.stderr()
  })

const line = Effect.annotateLogs(Effect.logInfo("is back"), { team: 7, origin: "ws://chat.example:80" })

describe("logging", () => {
  it.effect("pretty on a terminal: one line for people", () =>
    Effect.map(logged(line, { terminal: true }), (text) =>
      assert.strictEqual(text, "00:00:00.000 INFO  is back team=7 origin=ws://chat.example:80\n")
    )
  )

  it.effect("json elsewhere, with annotations that a machine reads", () =>
    Effect.map(logged(line, {}), (text) => {
      const { annotations, level, message }: Record<string, unknown> = JSON.parse(text)
      assert.deepStrictEqual(
        [level, message, annotations],
        ["INFO", "is back", { team: 7, origin: "ws://chat.example:80" }]
      )
    })
  )

  it.effect("logfmt if asked for", () =>
    Effect.map(logged(line, { format: "logfmt", terminal: true }), (text) =>
      assert.match(text, /level=INFO .*message="is back" team=7 origin=ws:\/\/chat.example:80\n$/)
    )
  )

  it.effect("leaves out what is below the level", () =>
    Effect.map(
      logged(Effect.andThen(Effect.logDebug("no"), Effect.logWarning("yes")), { format: "pretty", level: "Warn" }),
      (text) => assert.strictEqual(text, "00:00:00.000 WARN  yes\n")
    )
  )

  const hostile = "7 \x1b[2J\r\nFAKE \u009b1A \x7f \u202e \u2028 \ud800"
  const shown = "7 \\u001b[2J\\u000d\\u000aFAKE \\u009b1A \\u007f \\u202e \\u2028 \\ud800"
  const quoted = Effect.annotateLogs(Effect.logInfo(hostile, { text: hostile }), { team: hostile, n: 1 })

  it.effect("lets nothing that is quoted move the cursor or forge a line", () =>
    Effect.map(logged(quoted, { format: "pretty" }), (text) => {
      assert.match(text, /^00:00:00\.000 INFO {2}7 .* n=1\n$/)
      assert.strictEqual(text.split(shown).length, 3)
      assert.notMatch(text.trimEnd(), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Cs}]/u)
    })
  )

  for (const format of ["json", "logfmt"] as const) {
    it.effect(`lets nothing of that through in ${format} either, which a machine reads as it was`, () =>
      Effect.map(logged(quoted, { format }), (text) => {
        assert.notMatch(text.trimEnd(), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Cs}]/u)
        const [, team] = format === "json" ? [] : (/ team=("(?:[^"\\]|\\.)*") n=1\n$/.exec(text) ?? [])
        const read: unknown = JSON.parse(team ?? text)
        if (format === "logfmt") return assert.strictEqual(read, hostile)
        assert.deepInclude(read, { annotations: { team: hostile, n: 1 }, message: [hostile, { text: hostile }] })
      })
    )
  }

  it.effect("tells lines that were dropped, once there is room for that", () =>
    Effect.gen(function* () {
      const { view, ...screen } = fakeScreen({ terminal: false })
      const gaps = [0, 12, 0]
      yield* TestClock.adjust("3 seconds").pipe(
        Effect.provide(Logging.layer("logfmt", "Info")),
        Effect.provideService(Screen, { ...view, gap: () => gaps.shift() ?? 0 })
      )
      assert.match(
        screen.stderr(),
        /^\S+ level=WARN .*"lines of output were dropped: nobody took them in time" lines=12\n$/
      )
    })
  )

  it.effect("tells a cause on lines of its own, none of which can be taken for one of the log", () =>
    Effect.map(
      logged(Effect.logError("it broke", Cause.die("oh\n00:00:00.000 INFO  FAKE")), { format: "pretty" }),
      (text) => {
        assert.match(text, /^\S+ ERROR it broke\n( {2}.*\n)+$/)
        assert.include(text, "oh")
      }
    )
  )
})
