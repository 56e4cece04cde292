import { describe } from "@effect/vitest"
import { Layer } from "effect"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { addressContract } from "./socket.addresses.ts"
import { contract } from "./socket.contract.ts"

describe("SocketWs", () => {
  contract(Layer.orDie(SocketWs.layer))

  describe("names and addresses", () => {
    addressContract(Layer.orDie(SocketWs.layer))
  })
})
