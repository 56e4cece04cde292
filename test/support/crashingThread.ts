// A thread that opens, and crashes at the first question.
import { workerData } from "node:worker_threads"

workerData.port.postMessage({ _tag: "Opened", isHeld: false })
workerData.port.on("message", () => {
  throw new Error("crash")
})
