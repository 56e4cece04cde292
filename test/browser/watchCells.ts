import type { Page } from "playwright-core"
import { layoutOf, roomIn } from "../../deck/drawMap.ts"

/** Where a page that is watched keeps what was seen of it. */
interface Seen {
  /** When each watched cell was first seen in another colour, in order of `indices`: milliseconds since 1970, or 0. */
  readonly changed: Array<number>
  /** The longest time between two frames, in milliseconds. */
  longestFrame: number
}

/**
 * Looks at the pixels of cells of the map in every frame from now on, and at how long frames take. `count`: cells that the
 * map has, by which they are found.
 */
export const watchCells = async (page: Page, count: number, indices: ReadonlyArray<number>): Promise<void> => {
  const canvas = page.locator(".map canvas")
  const shown = await canvas.evaluate((element) => ({ width: element.clientWidth, height: element.clientHeight }))
  const { height = 0, width = 0 } = page.viewportSize() ?? {}
  const { columns, size, ...layout } = layoutOf(count, shown.width, roomIn(width, height))
  if (shown.height !== layout.height) throw new Error(`the map is ${shown.height} px high, and not ${layout.height}`)
  const points = indices.map((index) => [((index % columns) + 0.5) * size, (Math.floor(index / columns) + 0.5) * size])
  await canvas.evaluate((element, places) => {
    // The map itself is not made to be read: its pixels are drawn side by side elsewhere.
    const [own, map] = [document.createElement("canvas"), element as HTMLCanvasElement]
    own.width = places.length
    own.height = 1
    const context = own.getContext("2d", { willReadFrequently: true })
    const colors = () => {
      for (const [index, [x = 0, y = 0]] of places.entries()) {
        context?.drawImage(map, x * devicePixelRatio, y * devicePixelRatio, 1, 1, index, 0, 1, 1)
      }
      const data = context?.getImageData(0, 0, places.length, 1).data ?? []
      return places.map((_, index) => String(data.slice(index * 4, index * 4 + 4)))
    }
    const seen: Seen = Object.assign(globalThis, { changed: places.map(() => 0), longestFrame: 0 })
    const first = colors()
    let last = performance.now()
    const look = (now: number) => {
      seen.longestFrame = Math.max(seen.longestFrame, now - last)
      last = now
      for (const [index, color] of colors().entries()) {
        // Wall time, since it is compared with the instant of the cut, which another process has noted.
        if (seen.changed[index] === 0 && color !== first[index]) seen.changed[index] = Date.now()
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, points)
}

/** What was seen until now. */
export const seenOfCells = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const { changed, longestFrame } = globalThis as unknown as Seen
    return { changed, longestFrame }
  })
