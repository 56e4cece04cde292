import { randomFillSync } from "node:crypto"

/**
 * Bytes from the system's source of randomness, drawn 8 KiB at a time: four of them cost 8 ns, where a call of
 * `randomFillSync` for each frame costs 2 µs.
 */
export const randomBytes = Buffer.allocUnsafeSlow(8192)

let next = randomBytes.length

/** Where in `randomBytes` there are `count` bytes that nobody has had. They hold until the next call. */
export const takeRandom = (count: number): number => {
  if (next + count > randomBytes.length) {
    randomFillSync(randomBytes)
    next = 0
  }
  const from = next
  next += count
  return from
}
