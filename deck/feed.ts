import { ask, type FeedEvent, RequestFailed } from "./api.ts"

/** Silence after which the connection counts as lost. In milliseconds. The process sends an event each second. */
const mostSilence = 3_500
/** Time between two attempts to reach the process. In milliseconds. */
const retryEach = 1_000

/** Callbacks of a reader of the feed. */
export interface Listener {
  readonly onEvent: (event: FeedEvent) => void
  /** Called when the process cannot be reached, or is silent; or when it wants a token. */
  readonly onLost: (why: "lost" | "token") => void
}

const sleep = (millis: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, millis)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Reads one stream of events to its end, or until it is silent for too long. */
const readOnce = async (listener: Listener, signal: AbortSignal): Promise<void> => {
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
      if (done) return
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
        if (data.length > 0) listener.onEvent(JSON.parse(data.join("\n")) as FeedEvent)
      }
    }
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener("abort", stop)
    given.abort()
  }
}

/** Listens until `signal` is aborted, through every restart of the process. */
export const listen = async (listener: Listener, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      await readOnce(listener, signal)
      listener.onLost("lost")
    } catch (error) {
      listener.onLost(
        error instanceof RequestFailed && (error.status === 401 || error.status === 403) ? "token" : "lost"
      )
    }
    await sleep(retryEach, signal)
  }
}
