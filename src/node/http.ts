/**
 * Node's HTTP. An `import` of it would look at all that it offers, and so load its fetch and its WebSocket too, which nobody
 * here wants: an empty program starts in 70 ms with that import and in 32 without it, on 63 and 46 MB (Node 26).
 */
export const { STATUS_CODES, createServer, validateHeaderName, validateHeaderValue } =
  process.getBuiltinModule("node:http")
