/** A text frame as a server sends it: RFC 6455 section 5.2. */
export const textFrame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const short = payload.length < 126
  const head = Buffer.alloc(short ? 2 : 4)
  head[0] = 0x81
  head[1] = short ? payload.length : 126
  if (!short) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

/** What is said in turn; one of five has props. */
const remarks = [
  "good morning, is the build green again?",
  "props to the night shift for the quick fix",
  "deployed to staging, production comes after lunch",
  "on my way, ten minutes",
  "that was quick, thanks a lot"
]

/** Frames of messages, ten of them, in the words of one service. */
export const messageFrames = (wrap: (text: string) => unknown): ReadonlyArray<Buffer> =>
  Array.from({ length: 10 }, (_, index) => textFrame(JSON.stringify(wrap(remarks[index % remarks.length]!))))

/** So many of the frames from the first one on, in turn, to be written at once. */
export const batch = (frames: ReadonlyArray<Buffer>, first: number, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => frames[(first + index) % frames.length]!))

/** How many of so many messages have props, said to each team in turn from the first frame on. */
export const propsOf = (messages: number): number =>
  Math.floor(messages / remarks.length) + (messages % remarks.length > 1 ? 1 : 0)
