import { describe } from "@effect/vitest"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import { contract } from "./socket.contract.ts"

describe("SocketNet", () => {
  contract(SocketNet.layer)
})
