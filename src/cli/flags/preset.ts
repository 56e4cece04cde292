import { Flag } from "effect/cli"
import { once, type Spec } from "./option.ts"
import { numberBetween, text } from "./values.ts"

/** Makes a flag for a whole number from `min` to `max`, with a default. */
export const numberFlag = (flag: {
  readonly name: string
  readonly about: string
  readonly preset: number
  readonly min: number
  readonly max: number
}): Flag.Flag<number> => {
  const { about, max, min, name, preset } = flag
  return orElse({ name, metavar: "NUMBER", about, preset: String(preset), read: numberBetween(min, max) }, preset)
}

/** Makes a flag for a text, with a default. */
export const textFlag = (flag: {
  readonly name: string
  readonly metavar: string
  readonly about: string
  readonly preset: string
}): Flag.Flag<string> => orElse({ ...flag, read: text }, flag.preset)

const orElse = <A>(spec: Spec<A>, preset: A): Flag.Flag<A> => Flag.map(once(spec), (given) => given?.value ?? preset)
