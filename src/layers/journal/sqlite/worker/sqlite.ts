// The one place that loads node:sqlite, and only in a thread of its own. Where it is still an experiment of Node, Node says so
// on the terminal of whoever runs the program, to whom that tells nothing; every other warning is shown as ever.
const emitWarning = process.emitWarning.bind(process)
process.emitWarning = (...args: ReadonlyArray<unknown>) => {
  if (args[1] === "ExperimentalWarning" && String(args[0]).startsWith("SQLite")) return
  Reflect.apply(emitWarning, undefined, args)
}
export const { DatabaseSync } = await import("node:sqlite")
process.emitWarning = emitWarning
