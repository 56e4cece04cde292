import type { Result } from "effect"
import type { Read } from "./texts.ts"

/** Words for users about a value. */
export interface About {
  /** Purpose, in one line without a full stop. */
  readonly about: string
  /** Sentences that the manual adds. */
  readonly more?: string
  /** The row of docs/protocol.md that it belongs to. */
  readonly rule?: number
}

/** A value that users write as text. */
export interface Written<Input> extends About {
  /** Stands for the text in the help: `DURATION`. */
  readonly metavar: string
  /** True where there has to be one. */
  readonly required?: boolean
  /** The default, in words. */
  readonly preset?: string
  /** Range that is accepted, where there is one: `from 1 to 1000`. */
  readonly range?: string
  /** Words that are accepted, where they are few. */
  readonly choices?: ReadonlyArray<string>
  readonly read: Read<Input>
}

/** A setting: what may be given for it, and how that is written and checked. */
export interface Setting<Input, Value> extends Written<Input> {
  /** Form of the text, where the metavar does not tell. */
  readonly form?: string
  /** True for a text that should not be typed where others see it. */
  readonly secret?: boolean
  /** For a value that is given in parts: the name of one part, and what stands between two in one text. */
  readonly parts?: { readonly one: string; readonly separator: RegExp; readonly example: string }
  /** Checks what is given, or gives the default. Fails with what the setting needs, in words that quote no value. */
  readonly check: (given: Input | undefined) => Result.Result<Value, string>
}
