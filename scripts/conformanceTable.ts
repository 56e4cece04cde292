import { type End, type Row } from "../test/conformance/Row.ts"
import { proof } from "../test/fuzz/answers.ts"

/** Bytes in hex, with what is repeated told once: `00 00 × 16,383`. */
const bytesOf = (bytes: Buffer): string => {
  const parts: Array<string> = []
  for (let at = 0; at < bytes.length;) {
    const [unit, times] = repeated(bytes, at)
    const text = [...bytes.subarray(at, at + unit)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")
    parts.push(times === 1 ? text : `(${text} × ${times.toLocaleString("en")})`)
    at += unit * times
  }
  return parts.join(" ")
}

/** How many bytes come again from a place on, and how often: five times at least. */
const repeated = (bytes: Buffer, at: number): readonly [unit: number, times: number] => {
  for (const unit of [1, 2]) {
    const end = bytes.length - unit + 1
    let times = 1
    for (
      let next = at + unit;
      next < end && bytes.compare(bytes, at, at + unit, next, next + unit) === 0;
      next += unit
    ) {
      times++
    }
    if (times >= 5) return [unit, times]
  }
  return [1, 1]
}

/** Text with a run of one character told once: `"x" × 1,000`. */
const textOf = (text: string): string => {
  const unquoted = text.slice(1, -1)
  const isRun = unquoted.length > 8 && unquoted === unquoted[0]!.repeat(unquoted.length)
  return isRun ? `"${unquoted[0]}" × ${unquoted.length.toLocaleString("en")}` : JSON.stringify(unquoted)
}

/** Lines of an answer, as one line. */
const answerOf = (answer: string): string =>
  answer
    .replaceAll(/x{99,}/g, (run) => `(x × ${run.length.toLocaleString("en")})`)
    .replaceAll(proof, "…")
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")

const endOf = (end: End): string => {
  switch (end.kind) {
    case "gone":
      return "ends with 1006"
    case "closed": {
      const reason = end.reason === "" ? "" : ` and ${textOf(JSON.stringify(end.reason))}`
      return end.code === 1005 ? "answers a close frame without a code" : `answers close ${end.code}${reason}`
    }
    case "failed":
      return `closes with ${end.code}: ${end.violation}`
    case "refused":
      return `${end.reason}: ${end.detail}`
  }
}

const outcomeOf = ({ end, hears, pongs }: Row): string =>
  [
    ...hears.map((each) => (each === "control" ? "a control frame is heard" : `${textOf(each)} is heard`)),
    ...pongs.map((payload) => `pong ${payload === "" ? "without payload" : bytesOf(Buffer.from(payload, "hex"))}`),
    endOf(end)
  ].join("; ")

const code = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``)

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\u0000", "\\0")

/** A Markdown table of rules: what the server sends, what must happen, and what `ws` does instead. */
export const conformanceTable = (rows: ReadonlyArray<Row>): string =>
  [
    ["section", "rule", "the server sends", "what happens", "on `ws`"],
    ["---", "---", "---", "---", "---"],
    ...rows.map((row) => [
      row.section,
      cell(row.rule),
      [
        ...(row.answer === undefined ? [] : [code(answerOf(row.answer))]),
        ...row.sends.map((write) => code(bytesOf(write)))
      ]
        .filter((text) => text !== "")
        .join(", then "),
      cell(outcomeOf(row)),
      row.endOnWs === undefined ? "" : cell(endOf(row.endOnWs))
    ])
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")
