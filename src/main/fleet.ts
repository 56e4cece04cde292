import { Effect, Layer } from "effect"
import * as DescriptorTableProc from "../layers/DescriptorTableProc.ts"
import * as InboxMemory from "../layers/InboxMemory.ts"
import { type BotLimits, runBot } from "../programs/bot.ts"
import * as FleetProgram from "../programs/fleet.ts"
import { Settings, type SettingsInput } from "../services/Settings.ts"
import * as FleetState from "./FleetState.ts"
import { socketLayer } from "./socketLayer.ts"

/**
 * Composes a fleet that still needs a `Socket` and its `Settings`. `inbox` holds its messages; `beside` is there before the
 * first dial, and until the last connection is closed.
 */
export const composeFleet = <A1, E1, R1, A2, E2, R2>(inbox: Layer.Layer<A1, E1, R1>, beside: Layer.Layer<A2, E2, R2>) =>
  FleetProgram.layer.pipe(Layer.provideMerge(beside), Layer.provideMerge(inbox), Layer.provideMerge(FleetState.layer))

/** Runs a bot on the messages of an inbox, as long as the layer is there. */
export const botRunner = (limits?: BotLimits) => Layer.effectDiscard(Effect.forkScoped(runBot(limits)))

const fleet = composeFleet(InboxMemory.layer(), Layer.empty)

/**
 * A fleet on whatever `Socket` is provided: the rehearsal server's in tests, say. Its state is in this process. It
 * begins when the layer is built, and drains, within the drain time, when the layer's Scope closes.
 */
export const layerWithoutSocket = (settings: SettingsInput) => Layer.provideMerge(fleet, Settings.layer(settings))

/** A fleet on real WebSockets. Fails if a setting cannot be used, before anything is dialled. */
export const layer = (settings: SettingsInput) =>
  fleet.pipe(
    Layer.provideMerge(Layer.merge(socketLayer, DescriptorTableProc.layer)),
    Layer.provideMerge(Settings.layer(settings))
  )
