// What a frame costs in `wire`: `npm run bench:decode`.
import { Schema } from "effect"
import { test } from "vitest"
import { GlobalServerCodec } from "../src/wire/GlobalApi.ts"
import { TeamServerCodec, TeamServerEvent } from "../src/wire/TeamApi.ts"

const message = JSON.stringify({ type: "message", text: "props to the night shift for the quick fix" })
const pong = JSON.stringify({ type: "pong", unique_id: 12_345 })
const offer = JSON.stringify({ type: "team.connect", team_id: 7, ws_url: "wss://chat.example/team/7?ticket=1" })
const { decode: decodeTeam } = TeamServerCodec
const { decode: decodeGlobal } = GlobalServerCodec
const naive = Schema.decodeUnknownExit(Schema.fromJsonString(TeamServerEvent))

test("a message", async ({ bench }) => {
  await bench.compare(
    bench("JSON.parse alone", () => void JSON.parse(message)),
    bench("wire", () => void decodeTeam(message)),
    bench("Schema.fromJsonString", () => void naive(message))
  )
})

test("other frames", async ({ bench }) => {
  await bench.compare(
    bench("a pong", () => void decodeTeam(pong)),
    bench("an offer", () => void decodeGlobal(offer)),
    bench("an unknown type", () => void decodeTeam(`{"type":"typing"}`)),
    bench("not JSON", () => void decodeTeam("{"))
  )
})
