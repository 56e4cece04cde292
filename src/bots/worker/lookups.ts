import dns from "node:dns"
import { syncBuiltinESMExports } from "node:module"

/** Look-ups of a bot at once. The pool of threads is the whole process', and each that hangs keeps one. */
const atOnce = 8
/** Look-ups that wait. */
const mostWaiting = 1000

const tooMany = () => Object.assign(new Error("too many look-ups of the bot wait"), { code: "EAI_AGAIN" })

/** Limits the look-ups of names in this thread, so that dead names of a bot do not keep the fleet's from being looked up. */
export const limitLookups = (): void => {
  let underWay = 0
  const waiting: Array<() => void> = []
  const begin = (go: () => void, refuse: () => void): void => {
    if (underWay < atOnce) {
      underWay++
      go()
    } else if (waiting.length < mostWaiting) waiting.push(go)
    else refuse()
  }
  const end = (): void => {
    const next = waiting.shift()
    if (next === undefined) underWay--
    else next()
  }

  const { lookup } = dns
  const limited = (...given: ReadonlyArray<unknown>): void => {
    const callback = given.at(-1)
    // As Node's own complains of a call without a callback.
    if (typeof callback !== "function") return void Reflect.apply(lookup, dns, given)
    const answer = (...values: ReadonlyArray<unknown>) => {
      end()
      Reflect.apply(callback, undefined, values)
    }
    begin(
      () => {
        try {
          Reflect.apply(lookup, dns, [...given.slice(0, -1), answer])
        } catch (error) {
          end()
          process.nextTick(callback, error)
        }
      },
      () => process.nextTick(callback, tooMany())
    )
  }
  const { lookup: lookupPromise } = dns.promises
  const limitedPromise = (...given: ReadonlyArray<unknown>): Promise<unknown> =>
    new Promise<void>((resolve, reject) => begin(resolve, () => reject(tooMany()))).then(() =>
      Promise.resolve(Reflect.apply(lookupPromise, dns.promises, given)).finally(end)
    )
  Object.assign(dns, { lookup: limited })
  Object.assign(dns.promises, { lookup: limitedPromise })
  syncBuiltinESMExports()
}
