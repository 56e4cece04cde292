import { ask, Failed, type FeedEvent } from "./api.ts"

/** Without a word for so long, the connection counts as lost: the process says something each second. In milliseconds. */
const patience = 3_500
/** Between two attempts to reach it again. In milliseconds. */
const retryEach = 1_000

export interface Listener {
  readonly onEvent: (event: FeedEvent) => void
  /** The process cannot be reached, or is silent; or it wants a token. */
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

/** Reads one stream of events to its end. Every word of it, and every silence, is known at once. */
const readOnce = async (listener: Listener, signal: AbortSignal): Promise<void> => {
  const given = new AbortController()
  const stop = () => given.abort()
  signal.addEventListener("abort", stop)
  let watchdog = setTimeout(stop, patience)
  try {
    const response = await ask("api/events", { signal: given.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ""
    while (true) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return
      clearTimeout(watchdog)
      watchdog = setTimeout(stop, patience)
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

/** Listens for as long as the page is there, through every restart of the process. */
export const listen = async (listener: Listener, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      await readOnce(listener, signal)
      listener.onLost("lost")
    } catch (error) {
      listener.onLost(error instanceof Failed && (error.status === 401 || error.status === 403) ? "token" : "lost")
    }
    await sleep(retryEach, signal)
  }
}
