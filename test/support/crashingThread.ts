// A thread that opens, and crashes at the first question.
import { workerData } from "node:worker_threads"

const { port } = workerData
port.postMessage({ _tag: "Opened", isHeld: false })
port.on("message", () => {
  throw new Error("crash")
})
