import { fstatSync, type Stats } from "node:fs"
import { isatty } from "node:tty"
import { Outlet } from "./Outlet.ts"
import { reopenTerminal } from "./reopen.ts"
import type { Sink } from "./Sink.ts"
import { sinkFile } from "./SinkFile.ts"
import { sinkStream } from "./SinkStream.ts"
import { sinkTerminal } from "./SinkTerminal.ts"

/** Chooses how a descriptor is written to without being held up. `stat`: what it is, where the system tells. */
const sinkOf = (descriptor: number, stream: NodeJS.WriteStream, stat: Stats | undefined): Sink => {
  // On Windows, and where a terminal cannot be had a second time, Node's own stream is what there is: it blocks.
  if (stat === undefined) return sinkStream(stream)
  if (isatty(descriptor)) {
    const mine = reopenTerminal(descriptor)
    return mine === undefined ? sinkStream(stream) : sinkTerminal(mine)
  }
  return stat.isFIFO() || stat.isSocket() ? sinkStream(stream) : sinkFile(descriptor)
}

const outletOf = (descriptor: number, stream: NodeJS.WriteStream, stat: Stats | undefined): Outlet => {
  const isTerminal = isatty(descriptor) && process.env["TERM"] !== "dumb"
  return new Outlet(sinkOf(descriptor, stream, stat), {
    isTerminal,
    colors: isTerminal && (process.env["NO_COLOR"] ?? "") === "",
    columns: () => stream.columns ?? 0
  })
}

/** Makes the outlets of this process: one for both where stdout and stderr are the same file, so that their lines are in order. */
export const openOutlets = (): { readonly stdout: Outlet; readonly stderr: Outlet } => {
  // oxlint-disable-next-line eslint/no-restricted-properties -- All that is printed goes through these two.
  const streams = [process.stdout, process.stderr] as const
  // Whoever reads may go away (`botswain status | head -1`): that ends the output and nothing else, whoever wrote.
  for (const stream of streams) stream.on("error", () => {})
  const [out, err] = process.platform === "win32" ? [] : [fstatSync(1), fstatSync(2)]
  const stdout = outletOf(1, streams[0], out)
  const isOne = out !== undefined && out.dev === err?.dev && out.ino === err.ino
  return { stdout, stderr: isOne ? stdout : outletOf(2, streams[1], err) }
}
