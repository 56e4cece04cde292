import * as nodeModule from "node:module"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/**
 * Folder of the user's own cache that compiled code is kept in, by `XDG_CACHE_HOME` or the home; `undefined` where there is
 * none. Node's usual place lies below the system's temporary folder, where another user may have been first: what that one
 * put there would run.
 */
export const cacheFolder = (named: string | undefined, home: () => string): string | undefined => {
  if (named !== undefined && isAbsolute(named)) return join(named, "botswain")
  try {
    return join(home(), ".cache", "botswain")
  } catch {
    // A user that the system does not know has none.
    return undefined
  }
}

/** Keeps what was compiled on the disk, for the next start of a process or a thread. */
export const keepCompiled = (): void => {
  const folder = cacheFolder(process.env["XDG_CACHE_HOME"], homedir)
  if (folder !== undefined) nodeModule.enableCompileCache(folder)
}
