// `npm run fuzz`: looks for inputs on which the WebSocket client and `ws` differ.
import { Clock, Effect, Result } from "effect"
import { fuzz } from "./fuzz.ts"
import { kinds } from "./kinds.ts"
import { layer } from "./lives.ts"
import { type FuzzOptions, optionsOf } from "./options.ts"

const tell = (line: string) => console.log(line)

/** Gives whether there was no difference. */
const run = Effect.fnUntraced(function* ({ from, kind, minutes, seed }: FuzzOptions) {
  const chosen = kinds.filter((each) => kind === undefined || each.kind === kind)
  if (seed !== undefined) {
    const { agreed, difference } = yield* chosen[0]!.run(seed)
    for (const name of agreed) tell(`agreed: ${name}`)
    for (const line of difference ?? ["no difference"]) tell(line)
    return difference === undefined
  }
  const first = from ?? (yield* Clock.currentTimeMillis) % 1_000_000_000
  tell(`seeds from ${first} on, for ${minutes} min: --from ${first} begins there again`)
  return (yield* fuzz(chosen, first, minutes * 60_000, tell)).differences === 0
})

const options = optionsOf(
  process.argv.slice(2),
  kinds.map(({ kind }) => kind)
)
if (Result.isFailure(options)) {
  console.error(`fuzz: ${options.failure.message}`)
  process.exitCode = 1
} else {
  const isSame = await Effect.runPromise(Effect.scoped(Effect.provide(run(options.success), layer)))
  process.exitCode = isSame ? 0 : 1
}
