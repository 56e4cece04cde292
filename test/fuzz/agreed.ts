/**
 * All differences from `ws` that are meant, and why. Each has to be seen in the run of `npm test`; any other is a failure.
 */
export const agreed = {
  "fragments close with 1009":
    "A message in too many fragments is too big to process (RFC 6455 section 7.4.1). `ws` closes with 1008.",
  "fragments are counted by headers":
    "A message has too many fragments as soon as the header of one too many has come. `ws` waits for its payload.",
  "fragmentation has its own name":
    "A message inside another one, or one that goes on without a beginning, is told as such. For `ws` it is a bad opcode.",
  "the mask is looked at first":
    "Of a frame that breaks several rules the mask is told, which no server may set. For `ws` it comes last.",
  "a close frame of one byte is a bad code":
    "A payload of one byte can hold no code, so it is told as a bad code. For `ws` it is a bad length.",
  "HTTP/1.0 switches no protocol":
    "RFC 6455 section 4.1 asks for HTTP/1.1 or higher. `ws` opens what says HTTP/1.0 101.",
  "a line is judged once it is whole":
    "Half a line that is already malformed waits for its end, the peer's, or the connect timeout. `node:http` looks at each byte.",
  "a head has 16 KiB, all bytes counted":
    "The limit is on what has come. `node:http` counts names and values alone, so its heads may be somewhat larger.",
  "an answer begins with its status line":
    "RFC 9112 section 2.2 lets servers, not clients, skip empty lines before it. `node:http` skips them, and may wait for ever.",
  "a reason phrase is text": "RFC 9112 section 4 has no control characters in a status line. `node:http` takes them.",
  "the length of a body does not matter":
    "A response's body is never read, so a bad Content-Length or Transfer-Encoding harms nothing. `node:http` refuses it."
} as const

export type Agreed = keyof typeof agreed
