import { readFileSync } from "node:fs"

/** What libuv takes without the variable, and the most that it takes. */
const usual = 4
const most = 1024

/** Threads that the program asks for: 2 MB of memory, for 128 look-ups of names at once. */
const wanted = 256

/** Reads the size of this process' pool as libuv does. */
export const threadPoolSize = (variable: string | undefined): number => {
  if (variable === undefined) return usual
  const size = Number.parseInt(variable, 10)
  if (Number.isNaN(size) || size === 0) return 1
  return size < 0 || size > most ? most : size
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

/** Reads how many threads this process may have, with all that share its limits. Knows Linux' limits only. */
const threadLimit = (): number => {
  const [, ulimit] = /^Max processes +(\d+)/m.exec(textOf("/proc/self/limits")) ?? []
  const groups = textOf("/proc/self/cgroup")
  const [, v2 = "/"] = /^0::(.*)$/m.exec(groups) ?? []
  const [, v1 = "/"] = /^\d+:pids:(.*)$/m.exec(groups) ?? []
  // In a container the path is the host's, and its own group lies at the root.
  const places = [v2, `/pids${v1}`, "", "/pids"].map((path) => textOf(`/sys/fs/cgroup${path}/pids.max`))
  const limits = [ulimit, ...places].map((text) => Number.parseInt(text ?? "", 10))
  return Math.min(...limits.filter((limit) => !Number.isNaN(limit)), Infinity)
}

/** Gives the size that the pool is to have: a quarter of a limit that is low, since libuv aborts where it gets no thread. */
export const poolSizeWithin = (limit: number): number => Math.max(usual, Math.min(wanted, Math.floor(limit / 4)))

/** Sizes this process' pool, unless its user has. Only before its first use. */
export const sizeThreadPool = (): void => {
  process.env["UV_THREADPOOL_SIZE"] ??= `${poolSizeWithin(threadLimit())}`
}
