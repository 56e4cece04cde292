import { closeSync, constants, fstatSync, openSync, readdirSync, statSync } from "node:fs"

/** Opens a file for writing that does not block; `undefined` where that cannot be had. */
const open = (path: string): number | undefined => {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return undefined
  }
}

/** Device of a terminal by its number, of those in a folder. */
const deviceIn = (folder: string, number: number): string | undefined => {
  const isIt = (path: string) => {
    try {
      const stat = statSync(path)
      return stat.isCharacterDevice() && stat.rdev === number
    } catch {
      return false
    }
  }
  try {
    return readdirSync(folder)
      .filter((name) => /^(tty|pts|\d)/.test(name))
      .map((name) => `${folder}/${name}`)
      .find(isIt)
  } catch {
    return undefined
  }
}

/**
 * Opens the terminal of a descriptor once more, so that writing to it does not block: an open file of our own, since others
 * that share the terminal go on blocking. `undefined` where it cannot be had: the terminal of another user, after `su`.
 * `links`: folder with a link to each open file, which macOS has not; there the terminal is found by its device.
 */
export const reopenTerminal = (descriptor: number, links = "/proc/self/fd"): number | undefined => {
  const { rdev } = fstatSync(descriptor)
  const device = () => deviceIn("/dev/pts", rdev) ?? deviceIn("/dev", rdev)
  const mine = open(`${links}/${descriptor}`) ?? open(device() ?? "")
  if (mine === undefined || fstatSync(mine).rdev === rdev) return mine
  closeSync(mine)
  return undefined
}
