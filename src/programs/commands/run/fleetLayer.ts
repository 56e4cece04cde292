import { Effect, Layer } from "effect"
import * as InboxDiscard from "../../../layers/InboxDiscard.ts"
import * as InboxMemory from "../../../layers/InboxMemory.ts"
import * as SocketWs from "../../../layers/SocketWs.ts"
import * as Wiring from "../../../layers/wiring.ts"
import type { Bot } from "../../../services/Bot.ts"
import { Settings, type SettingsValues } from "../../../services/Settings.ts"
import { runBot } from "../../bot.ts"
import * as Fleet from "../../fleet.ts"

/** What a fleet stands on, besides an inbox: real WebSockets, and all its state in this process. */
const ground = (settings: SettingsValues) =>
  Wiring.layer.pipe(Layer.provideMerge(SocketWs.layer), Layer.provideMerge(Layer.succeed(Settings, settings)))

/** A fleet that counts what teams say. */
export const fleetLayer = (settings: SettingsValues) =>
  Fleet.layer.pipe(Layer.provideMerge(InboxDiscard.layer), Layer.provideMerge(ground(settings)))

/**
 * A fleet whose messages a bot handles. The bot is there before the first dial, and still hears what arrives while the
 * fleet drains.
 */
export const fleetLayerWithBot = <E, R>(settings: SettingsValues, bot: Layer.Layer<Bot, E, R>) =>
  Fleet.layer.pipe(
    Layer.provideMerge(Layer.effectDiscard(Effect.forkScoped(runBot()))),
    Layer.provideMerge(Layer.merge(InboxMemory.layer(), bot)),
    Layer.provideMerge(ground(settings))
  )
