import PartySocket from "partysocket/ws"
import { runReconnecting } from "./reconnecting.ts"

runReconnecting((url, options) => new PartySocket(url, undefined, options))
