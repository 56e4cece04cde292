// `npm run crash`: kills fleets that keep a state, and looks for what is lost.
import { parseArgs } from "node:util"
import { Cause, Effect, Exit } from "effect"
import { crash, platform, report } from "./crash.ts"
import { stores } from "./stores.ts"

const tell = (line: string) => console.log(line)

const read = () => {
  const { kills = "20", store = "sqlite" } = parseArgs({
    options: { kills: { type: "string" }, store: { type: "string" } }
  }).values
  if (store !== "sqlite" && store !== "postgres") throw new Error("--store is one of sqlite, postgres")
  if (!/^[1-9]\d{0,4}$/.test(kills)) throw new Error("--kills is a whole number from 1 to 99999")
  return { kills: Number(kills), store } as const
}

const optionsOf = () => {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error.message.split(". ")[0]! : String(error)
  }
}

const options = optionsOf()
if (typeof options === "string") {
  console.error(`crash: ${options}`)
  process.exitCode = 1
} else {
  const run = Effect.gen(function* () {
    const { harm, state } = yield* stores[options.store]
    return yield* crash(state, options.kills, tell, harm)
  })
  // Whoever stops it stops what it has started.
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort())
  const exit = await Effect.runPromiseExit(Effect.scoped(Effect.provide(run, platform)), { signal: stop.signal })
  if (Exit.isSuccess(exit)) for (const line of report(exit.value)) tell(line)
  else console.error(`crash: ${Exit.hasInterrupts(exit) ? "stopped" : Cause.pretty(exit.cause)}`)
  process.exitCode = Exit.isSuccess(exit) && exit.value.account.problems.length === 0 ? 0 : 1
}
