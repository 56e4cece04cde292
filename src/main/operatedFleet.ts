import { Effect, Layer } from "effect"
import { DrainSwitch } from "../admin/DrainSwitch.ts"
import type { AdminPlan } from "../cli/flags/admin.ts"
import { Version } from "../cli/Version.ts"
import * as InboxDiscard from "../layers/InboxDiscard.ts"
import * as InboxMemory from "../layers/InboxMemory.ts"
import * as SocketNet from "../layers/SocketNet.ts"
import * as AttemptSpans from "../observe/attemptSpans.ts"
import * as Metrics from "../observe/metrics/layer.ts"
import * as ProcessVitalsNode from "../observe/ProcessVitalsNode.ts"
import * as TelemetryOtlp from "../observe/TelemetryOtlp.ts"
import { runBot } from "../programs/bot.ts"
import * as Fleet from "../programs/fleet.ts"
import type { Bot } from "../services/Bot.ts"
import { Settings, type SettingsValues } from "../services/Settings.ts"
import { adminLayer } from "./admin.ts"
import * as Wiring from "./FleetState.ts"

/** What a fleet is told: its settings, and its admin surface where it has one. */
export interface FleetPlan {
  readonly settings: SettingsValues
  readonly admin: AdminPlan | undefined
  /** Tells where the admin surface is. */
  readonly announce?: (address: string) => Effect.Effect<void>
}

const logged = (address: string) => Effect.annotateLogs(Effect.logInfo("the deck is served"), { address })

/** What a fleet stands on, besides an inbox: real WebSockets, all its state in this process, and who is told of it. */
const ground = ({ settings }: FleetPlan) =>
  Layer.merge(AttemptSpans.layer, Metrics.layer).pipe(
    Layer.provideMerge(Wiring.layer),
    Layer.provide(ProcessVitalsNode.layer),
    Layer.provideMerge(SocketNet.layer),
    Layer.provideMerge(Layer.succeed(Settings, settings)),
    Layer.provideMerge(Layer.unwrap(Effect.map(Version, TelemetryOtlp.layer)))
  )

/** Stands before the first dial, and answers until the last connection is closed. */
const watched = ({ admin, announce = logged }: FleetPlan) =>
  admin === undefined ? DrainSwitch.layer : adminLayer(admin, announce)

/** A fleet that counts what teams say. */
export const fleetLayer = (plan: FleetPlan) =>
  Fleet.layer.pipe(
    Layer.provideMerge(watched(plan)),
    Layer.provideMerge(InboxDiscard.layer),
    Layer.provideMerge(ground(plan))
  )

/**
 * A fleet whose messages a bot handles. The bot is there before the first dial, and still hears what arrives while the
 * fleet drains.
 */
export const fleetLayerWithBot = <E, R>(plan: FleetPlan, bot: Layer.Layer<Bot, E, R>) =>
  Fleet.layer.pipe(
    Layer.provideMerge(Layer.effectDiscard(Effect.forkScoped(runBot()))),
    Layer.provideMerge(watched(plan)),
    Layer.provideMerge(Layer.merge(InboxMemory.layer(), bot)),
    Layer.provideMerge(ground(plan))
  )
