import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, type LogLevel } from "effect"
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

  it.effect("lets nothing that is quoted move the cursor or forge a line", () =>
    Effect.map(logged(Effect.logInfo("said \x1b[2J\r\nFAKE", "\u009b1A"), { format: "pretty" }), (text) =>
      assert.strictEqual(text, "00:00:00.000 INFO  said \\x1b[2J\\x0d\\x0aFAKE \\x9b1A\n")
    )
  )

  it.effect("tells a cause on lines of its own", () =>
    Effect.map(logged(Effect.logError("it broke", Cause.die("oh")), { format: "pretty" }), (text) => {
      assert.match(text, /ERROR it broke\n/)
      assert.include(text, "oh")
    })
  )
})
