import { registerHooks } from "node:module"
import { extname } from "node:path"

/** Extension of this program's modules: compiled ones, or its sources. */
const extension = extname(import.meta.filename)

/** Modules of this program that a bot knows by the package's name, by what follows that. */
const ours: Readonly<Record<string, string>> = {
  "": "index",
  "/rehearsal": "rehearsal",
  "/SocketWs": "layers/SocketWs"
}

const urlOf = (specifier: string): string | undefined => {
  const path = specifier.startsWith("botswain") ? ours[specifier.slice("botswain".length)] : undefined
  return path === undefined ? undefined : new URL(`../../${path}${extension}`, import.meta.url).href
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND")

/**
 * Lets a bot import `effect` and `botswain` wherever its file lies: what its own folder has goes first, and where that has
 * neither, it gets those of this program.
 */
export const offerModules = (): void => {
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!isMissing(error)) throw error
        const url = urlOf(specifier)
        if (url !== undefined)
          return { url, format: extension === ".ts" ? "module-typescript" : "module", shortCircuit: true }
        if (!/^effect(\/|$)/.test(specifier)) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    }
  })
}
