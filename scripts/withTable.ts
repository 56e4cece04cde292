/** A page with a table in place of what stands between the markers of that name. Fails where it does not have them. */
export const withTable = (page: string, name: string, table: string): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [before, after] = [page.indexOf(begin), page.indexOf(end)]
  if (before === -1 || after < before) throw new Error(`the page needs ${begin} and, below it, ${end}`)
  return `${page.slice(0, before + begin.length)}\n${table}\n${page.slice(after)}`
}
