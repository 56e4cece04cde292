import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs"

/** Tries something that the system may refuse. */
const attempt = <A>(what: () => A): A | undefined => {
  try {
    return what()
  } catch {
    return undefined
  }
}

/** Places where the terminals of a system are found. */
export interface Places {
  /** Folder with a link to each open file of this process, which macOS has not. */
  readonly links: string
  /** Folders of devices. */
  readonly devices: ReadonlyArray<string>
}

const usualPlaces: Places = { links: "/proc/self/fd", devices: ["/dev/pts", "/dev"] }

const isDevice = (path: string, device: number): boolean => {
  const stat = attempt(() => statSync(path))
  return stat?.isCharacterDevice() === true && stat.rdev === device
}

/** Number of the terminal that this process is controlled from; Linux only. */
const controlling = (): number | undefined => {
  const status = attempt(() => readFileSync("/proc/self/stat", "utf8")) ?? ""
  // Behind the name, which may hold anything: state, parent, group, session, terminal.
  const number = status.slice(status.lastIndexOf(")") + 2).split(" ")[4]
  return number === undefined ? undefined : Number(number)
}

/** Names of a terminal, the surest first. */
function* namesOf(descriptor: number, device: number, { devices, links }: Places): Generator<string> {
  yield `${links}/${descriptor}`
  for (const folder of devices) {
    const names = attempt(() => readdirSync(folder)) ?? []
    const name = names.find((file) => /^(tty|\d)/.test(file) && isDevice(`${folder}/${file}`, device))
    if (name !== undefined) yield `${folder}/${name}`
  }
  // After `su` the terminal is another user's, but may be opened by this name.
  if (controlling() === device) yield "/dev/tty"
}

/**
 * Opens the terminal of a descriptor once more, so that writing to it does not block: an open file of our own, since others
 * that share the terminal go on blocking. `undefined` where it cannot be had.
 */
export const reopenTerminal = (descriptor: number, places = usualPlaces): number | undefined => {
  const { rdev } = fstatSync(descriptor)
  for (const name of namesOf(descriptor, rdev, places)) {
    const mine = attempt(() => openSync(name, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY))
    if (mine === undefined) continue
    if (name === "/dev/tty" || fstatSync(mine).rdev === rdev) return mine
    closeSync(mine)
  }
  return undefined
}
