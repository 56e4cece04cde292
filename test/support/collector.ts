import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { assert } from "@effect/vitest"
import { Effect } from "effect"

/** A span as OTLP/JSON has it: opentelemetry-proto, trace.proto. */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>
  readonly status: { readonly code: number; readonly message?: string }
}

const hex = (length: number) => new RegExp(`^[0-9a-f]{${length}}$`)
const nanos = /^[0-9]{19}$/

const assertSpan = (span: OtlpSpan) => {
  assert.match(span.traceId, hex(32))
  assert.match(span.spanId, hex(16))
  assert.match(span.startTimeUnixNano, nanos)
  assert.match(span.endTimeUnixNano, nanos)
  assert.isTrue(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano))
  for (const { traceId, spanId } of span.links) {
    assert.match(traceId, hex(32))
    assert.match(spanId, hex(16))
  }
}

/** Takes OTLP over HTTP in JSON as a collector does: by the paths and the shapes of the protocol, and nothing else. */
export const collector = Effect.gen(function* () {
  const bodies: Array<{ readonly path: string; readonly authorization: string | undefined; readonly body: string }> = []
  const spans: Array<OtlpSpan> = []
  const metrics = new Set<string>()
  const logs: Array<string> = []
  const problems: Array<unknown> = []
  const take: Record<string, (body: never) => void> = {
    "/v1/traces": ({ resourceSpans }: { resourceSpans: Array<{ scopeSpans: Array<{ spans: Array<OtlpSpan> }> }> }) => {
      for (const { scopeSpans } of resourceSpans) {
        for (const scope of scopeSpans) {
          scope.spans.forEach(assertSpan)
          spans.push(...scope.spans)
        }
      }
    },
    "/v1/metrics": ({
      resourceMetrics
    }: {
      resourceMetrics: Array<{ scopeMetrics: Array<{ metrics: Array<{ name: string }> }> }>
    }) => {
      for (const { scopeMetrics } of resourceMetrics) {
        for (const scope of scopeMetrics) for (const { name } of scope.metrics) metrics.add(name)
      }
    },
    "/v1/logs": ({
      resourceLogs
    }: {
      resourceLogs: Array<{ scopeLogs: Array<{ logRecords: Array<{ body: { stringValue?: string } }> }> }>
    }) => {
      for (const { scopeLogs } of resourceLogs) {
        for (const scope of scopeLogs) for (const { body } of scope.logRecords) logs.push(JSON.stringify(body))
      }
    }
  }
  const server = createServer((request, response) => {
    let text = ""
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    request.on("end", () => {
      const { authorization } = request.headers
      bodies.push({ path: request.url ?? "", authorization, body: text })
      try {
        assert.strictEqual(request.method, "POST")
        assert.match(request.headers["content-type"] ?? "", /^application\/json/)
        const handle = take[request.url ?? ""]
        assert.isDefined(handle, `${request.url} is a path of OTLP`)
        handle?.(JSON.parse(text) as never)
        response.writeHead(200, { "content-type": "application/json" }).end("{}")
      } catch (problem) {
        problems.push(problem)
        response.writeHead(400).end()
      }
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, bodies, spans, metrics, logs, problems }
})
