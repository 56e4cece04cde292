import { Effect } from "effect"

/** Reads server-sent events until the Scope closes. `next` waits for one that matches, and drops those before it. */
export const readEvents = Effect.fnUntraced(function* (url: string, headers: Record<string, string> = {}) {
  const controller = yield* Effect.acquireRelease(
    Effect.sync(() => new AbortController()),
    (opened) => Effect.sync(() => opened.abort())
  )
  const response = yield* Effect.promise(() => fetch(url, { headers, signal: controller.signal }))
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  let heard = ""
  // oxlint-disable-next-line typescript/no-explicit-any -- What came over HTTP is looked at field by field.
  const next = (matches: (event: any) => boolean): Effect.Effect<any> =>
    Effect.promise(async () => {
      while (true) {
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          const data = block
            .split("\n")
            .filter((line) => line.startsWith("data: "))
            .map((line) => line.slice(6))
            .join("\n")
          if (data === "") continue
          const event = JSON.parse(data)
          if (matches(event)) return event
        }
        const chunk = await reader?.read()
        if (chunk?.value === undefined) throw new Error("the events have ended")
        text += chunk.value
        heard += chunk.value
      }
    }).pipe(Effect.timeout("10 seconds"), Effect.orDie)
  return {
    status: response.status,
    next,
    /** All that has been read. */
    heard: () => heard
  }
})
