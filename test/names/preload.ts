import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { compile } from "../support/compile.ts"

const source = fileURLToPath(new URL("getaddrinfo.c", import.meta.url))

/** Variables of a process in which the names of getaddrinfo.c resolve as it says. Linux only. */
export const testNames: Effect.Effect<Record<string, string>, never, Scope.Scope> = Effect.map(
  compile(source, { options: ["-shared", "-fPIC"], libraries: ["-ldl"] }),
  (library) => ({ LD_PRELOAD: library })
)
