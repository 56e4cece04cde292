import { Effect } from "effect"
import { chromium, type Page } from "playwright-core"
import { findProgram } from "../support/findProgram.ts"

/** A Chromium of this computer. */
const find = () =>
  findProgram({
    variable: "CHROMIUM",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
    missing:
      "These tests need a Chromium, and there is none: `apt-get install chromium` (Debian), `brew install --cask " +
      "chromium` (macOS), or name one in the variable CHROMIUM."
  })

/** Chromium asks nobody on the network for anything of its own. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

/** A page of a browser of its own, until the Scope closes; with all that it asked for, and all that it complained of. */
export const openPage = Effect.fnUntraced(function* (
  options: { readonly width?: number; readonly height?: number; readonly scheme?: "dark" | "light" } = {}
) {
  const browser = yield* Effect.acquireRelease(
    Effect.promise(() => chromium.launch({ executablePath: find(), args: flags })),
    (launched) => Effect.promise(() => launched.close())
  )
  const page: Page = yield* Effect.promise(() =>
    browser.newPage({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      colorScheme: options.scheme ?? "dark"
    })
  )
  const requests: Array<string> = []
  const complaints: Array<string> = []
  page.on("request", (request) => requests.push(request.url()))
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  const on = <A>(use: (opened: Page) => Promise<A>): Effect.Effect<A> => Effect.promise(() => use(page))
  return { on, requests, complaints }
})
