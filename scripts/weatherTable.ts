import { promised, type Row, worstOf } from "../test/services/dialing/weather/Row.ts"

/** Seeds that each row is run with. */
const seeds = 5

/** A Markdown table of weather: what is promised in it, and what was measured. `told` is called with each row as it comes. */
export const weatherTable = (rows: ReadonlyArray<Row>, told: (name: string) => void = () => {}): string =>
  [
    ["weather", "promised", "measured"],
    ["---", "---", "---"],
    ...rows.map((row) => {
      const { name } = row
      told(name)
      return [name, promised(row), Object.values(worstOf(row, seeds)).map(figure).join("; ")]
    })
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")

const figure = (number: number): string => {
  if (Number.isInteger(number) || number >= 100) return number.toFixed(0)
  return number.toFixed(number < 10 ? 2 : 1)
}
