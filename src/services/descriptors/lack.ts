/** What a dial lacked on our own machine. */
export interface Lack {
  readonly what: string
  /** What an operator can do about it. */
  readonly remedy: string
  /** Milliseconds without any dial after one that lacked it. None for what is a matter of one host. */
  readonly pause: number
}

/** In milliseconds. */
const pause = 1_000

/** Descriptors of this process. */
export const noDescriptors: Lack = { what: "file descriptors", remedy: "Raise `ulimit -n` or LimitNOFILE", pause }

const lacks: Readonly<Record<string, Lack>> = {
  EMFILE: noDescriptors,
  ENFILE: { what: "file descriptors of the whole machine", remedy: "Raise fs.file-max", pause },
  EADDRNOTAVAIL: { what: "local ports to one host", remedy: "Widen net.ipv4.ip_local_port_range", pause: 0 },
  ENOBUFS: { what: "network buffers", remedy: "Raise net.ipv4.tcp_mem, or keep fewer teams here", pause },
  ENOMEM: { what: "memory", remedy: "Give this machine more, or keep fewer teams here", pause }
}

/** Finds what an error code of the operating system says is lacking. */
export const lackOf = (code: string): Lack =>
  lacks[code] ?? { what: `what a socket needs (${code})`, remedy: "Look at this machine", pause }

/** Milliseconds after a dial that lacked something, in which one dial at a time finds out whether it is there again. */
export const waryFor = 3_000

/** Gives the number of dials that may begin so many milliseconds after one that lacked something. */
export const dialsAfter = (lack: Lack, elapsed: number): number => {
  if (elapsed < lack.pause) return 0
  return elapsed < waryFor ? 1 : Infinity
}
