const ending = new Set<object>()

/** Notes that a thread was told to end: until it has, the end of the process would wait for it. */
export const noteEnding = (thread: object): void => void ending.add(thread)

/** Notes that a thread has ended. */
export const noteEnded = (thread: object): void => void ending.delete(thread)

/**
 * Ends the process. Node waits for its threads, and one that is in a system call, or in whose name the pool is, ends only
 * when that does; so where there is such a one the process becomes another program, which does nothing but end.
 */
export const exitProcess = (code: number): never => {
  if (ending.size > 0 && process.platform !== "win32") {
    const { NODE_OPTIONS: _, ...env } = process.env
    process.execve?.(process.execPath, [process.execPath, "-e", `process.exit(${code})`], env)
  }
  process.exit(code)
}
