import { Exit, Schema } from "effect"
import { SchemaJITCompiler } from "effect/schema"

/** Reason why a frame was no event. Rule: protocol row 22. */
export type MalformedReason = "not-json" | "no-type" | "bad-fields"

/** Outcome of decoding a frame. `detail` names fields, never their values. */
export type Decoded<Event> =
  | { readonly _tag: "Event"; readonly event: Event }
  | { readonly _tag: "UnknownType"; readonly type: string }
  | { readonly _tag: "Malformed"; readonly reason: MalformedReason; readonly detail: string }

/** Turns frames into the events of one direction of one API, and back. */
export interface Codec<Event> {
  /** Total: any text has an outcome, none throws. */
  readonly decode: (frame: string) => Decoded<Event>
  readonly encode: (event: Event) => string
}

/** Longest piece of a frame, or of what was wrong with it, that is handed on for a log. In characters. */
const excerptLength = 120

const malformed = (reason: MalformedReason, detail: string): Decoded<never> => ({
  _tag: "Malformed",
  reason,
  detail: detail.slice(0, excerptLength)
})

/** Events that {@link codec} takes: a union of structs that are told apart by a literal `type` and that JSON carries as they are. */
export type Events = Schema.Union<
  ReadonlyArray<Schema.Codec<{ readonly type: string }> & { readonly fields: { readonly type: Schema.tag<string> } }>
>

/** Compiles the decoder of a union of events, once. */
export const codec = <S extends Events>(events: S): Codec<S["Type"]> => {
  // A compiled union of structs costs a quarter of an interpreted one; where code generation is off it stays interpreted.
  SchemaJITCompiler.enable(events.ast)
  const decodeFields = Schema.decodeUnknownExit(events)
  const types = new Set(events.members.map((member) => member.fields.type.schema.literal))

  const decode = (frame: string): Decoded<S["Type"]> => {
    let json: unknown
    try {
      json = JSON.parse(frame)
    } catch {
      return malformed("not-json", "the frame is not JSON")
    }
    if (typeof json !== "object" || json === null || !("type" in json) || typeof json.type !== "string") {
      return malformed("no-type", "the frame has no type")
    }
    if (!types.has(json.type)) return { _tag: "UnknownType", type: json.type.slice(0, excerptLength) }
    const exit = decodeFields(json)
    return Exit.isSuccess(exit)
      ? { _tag: "Event", event: exit.value }
      : malformed("bad-fields", `${json.type}: ${describe(exit)}`)
  }
  return { decode, encode: JSON.stringify }
}

const describe = (exit: Exit.Failure<unknown, Schema.SchemaError>): string => {
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? error.value.message.replaceAll(/\s+/g, " ") : "wrong fields"
}
