import { type Spec, variableOf } from "../src/cli/flags/option.ts"

/** A Markdown table of flags: each with its variable, its default, and what it is for. */
export const settingsTable = (specs: ReadonlyArray<Spec<unknown>>): string =>
  [["flag", "variable", "default", "what for"], ["---", "---", "---", "---"], ...specs.map(cellsOf)]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")

const cellsOf = (spec: Spec<unknown>): ReadonlyArray<string> => {
  const { metavar, name, preset, required } = spec
  return [
    `\`--${name} ${metavar}\``,
    `\`${variableOf(name)}\``,
    plain(preset ?? (required ? "required" : "none")),
    sentencesOf(spec).join(" ")
  ]
}

const sentencesOf = ({ about, choices, more, range, rule }: Spec<unknown>): ReadonlyArray<string> => [
  `${plain(about)}.`,
  ...(more === undefined ? [] : [more]),
  ...(choices === undefined ? [] : [`One of ${choices.map((word) => `\`${word}\``).join(", ")}.`]),
  ...(range === undefined ? [] : [`${range.charAt(0).toUpperCase()}${range.slice(1)}.`]),
  ...(rule === undefined ? [] : [`See [row ${rule}](protocol.md#readings).`])
]

/** A text whose characters mean nothing to Markdown. */
const plain = (text: string): string => text.replaceAll(/[*|]/g, "\\$&")
