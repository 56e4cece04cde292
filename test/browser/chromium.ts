import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { Effect } from "effect"
import { chromium, type Page } from "playwright-core"

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A Chromium of this computer: `CHROMIUM`, or what the search path has. */
const find = (): string => {
  const told = process.env["CHROMIUM"]
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  const places = [...(told ? [told] : []), ...folders.flatMap((folder) => names.map((name) => join(folder, name))), mac]
  const found = places.find(isThere)
  if (found !== undefined) return found
  throw new Error(
    "These tests need a Chromium, and there is none: `apt-get install chromium` (Debian), `brew install --cask chromium` " +
      "(macOS), or name one in the variable CHROMIUM."
  )
}

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
