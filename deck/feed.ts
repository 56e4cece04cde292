import { ask, type FeedEvent, RequestFailed } from "./api.ts"

/** Silence after which the connection counts as lost. In milliseconds. The process sends an event each second. */
const mostSilence = 3_500
/** Time between two attempts to reach the process. In milliseconds. */
const retryEach = 1_000

/** Time before the next attempt of a page that another has displaced: so pages that are too many do not fight. */
const displacedFor = 15_000

/** Why the page hears nothing. */
export type Loss = "lost" | "token" | "displaced"

/** Callbacks of a reader of the feed. */
export interface Listener {
  readonly onEvent: (event: FeedEvent) => void
  /** Called when the process cannot be reached, or is silent; when it wants a token; or when another page took the place. */
  readonly onLost: (why: Loss) => void
}

const sleep = (millis: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, millis)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Reads one stream of events to its end, or until it is silent for too long. Tells why it ended. */
const readOnce = async (listener: Listener, signal: AbortSignal): Promise<Loss> => {
  const given = new AbortController()
  const stop = () => given.abort()
  signal.addEventListener("abort", stop)
  let watchdog = setTimeout(stop, mostSilence)
  try {
    const response = await ask("api/events", { signal: given.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ""
    while (true) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return "lost"
      clearTimeout(watchdog)
      watchdog = setTimeout(stop, mostSilence)
      text += value
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const data = text
          .slice(0, end)
          .split("\n")
          .filter((line) => line.startsWith("data: "))
          .map((line) => line.slice(6))
        text = text.slice(end + 2)
        if (data.length === 0) continue
        const event = JSON.parse(data.join("\n")) as FeedEvent
        if (event.type === "displaced") return "displaced"
        listener.onEvent(event)
      }
    }
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener("abort", stop)
    given.abort()
  }
}

const lossOf = (error: unknown): Loss =>
  error instanceof RequestFailed && (error.status === 401 || error.status === 403) ? "token" : "lost"

/** Listens until `signal` is aborted, through every restart of the process. */
export const listen = async (listener: Listener, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const why = await readOnce(listener, signal).catch(lossOf)
    listener.onLost(why)
    await sleep(why === "displaced" ? displacedFor : retryEach, signal)
  }
}
