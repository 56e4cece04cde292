import { describe } from "@effect/vitest"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { contract } from "./socket.contract.ts"

describe("SocketWs", () => {
  contract(SocketWs.layer)
})
