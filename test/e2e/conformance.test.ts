import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { closedOf, type End, type Row, lines, usual } from "../conformance/Row.ts"
import { rows } from "../conformance/rows.ts"
import { proof } from "../fuzz/answers.ts"
import { proofFor } from "../fuzz/connections.ts"
import { BothLayers, layer as bothLayers, type Life } from "../fuzz/lives.ts"

const usualAnswer = lines(usual.status, usual.upgrade, usual.connection, usual.accept)

const said =
  ({ answer = usualAnswer, sends }: Row) =>
  (head: string) => [Buffer.from(answer.replace(proof, proofFor(head)), "latin1"), ...sends]

/** What the client sends to end the connection, as `ws` reads it. */
const lastFrame = (end: End): ReadonlyArray<string> => {
  switch (end.kind) {
    case "gone":
    case "refused":
      return []
    case "closed":
      return [`close ${end.code} ${Buffer.from(end.reason).toString("hex")}`]
    case "failed":
      return [`close ${end.code} `]
  }
}

const assertLife = ({ hears, pongs }: Row, end: End, life: Life) => {
  const { closed, heard, refusal, sent } = life
  const refused = end.kind === "refused" ? { reason: end.reason, detail: end.detail } : undefined
  assert.deepStrictEqual(refusal && { reason: refusal.reason, detail: refusal.detail }, refused)
  assert.deepStrictEqual(closed, closedOf(end))
  const messages = hears.map((each) => (each === "control" ? each : `message ${each.slice(1, -1)}`))
  assert.deepStrictEqual(heard, refused ? [] : [...messages, `closed ${closed.code}`])
  assert.deepStrictEqual(sent, [...pongs.map((payload) => `pong ${payload}`), ...lastFrame(end)])
}

describe("RFC 6455 (docs/conformance.md)", () => {
  layer(bothLayers, { excludeTestServices: true })((it) => {
    for (const row of rows) {
      it.effect(`${row.section}: ${row.rule}`, () =>
        Effect.gen(function* () {
          const both = yield* BothLayers
          assertLife(row, row.end, yield* both.ours(said(row)))
          assertLife(row, row.endOnWs ?? row.end, yield* both.theirs(said(row)))
        })
      )
    }
  })

  it("has a row of its own for each rule", () => {
    const names = rows.map(({ rule, section }) => `${section}: ${rule}`)
    assert.strictEqual(new Set(names).size, names.length)
  })
})
