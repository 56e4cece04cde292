import { Effect, Layer } from "effect"
import { DrainSwitch } from "../admin/DrainSwitch.ts"
import * as DescriptorTableProc from "../layers/DescriptorTableProc.ts"
import * as InboxDiscard from "../layers/InboxDiscard.ts"
import * as InboxMemory from "../layers/InboxMemory.ts"
import * as SocketNet from "../layers/SocketNet.ts"
import * as AttemptSpans from "../observe/AttemptSpans.ts"
import * as FleetMetrics from "../observe/metrics/FleetMetrics.ts"
import * as ProcessVitalsNode from "../observe/ProcessVitalsNode.ts"
import * as TelemetryOtlp from "../observe/TelemetryOtlp.ts"
import type { Bot } from "../services/Bot.ts"
import { Settings, type SettingsValues } from "../services/Settings.ts"
import { version } from "../services/version.ts"
import { adminLayer, type AdminPlan } from "./admin.ts"
import { botRunner, composeFleet } from "./fleet.ts"

/** Plan of a fleet that somebody operates: its settings, and its admin surface where it has one. */
export interface FleetPlan {
  readonly settings: SettingsValues
  readonly admin: AdminPlan | undefined
  /** Tells where the admin surface is. */
  readonly announce?: (address: string) => Effect.Effect<void>
}

const logged = (address: string) => Effect.annotateLogs(Effect.logInfo("the deck is served"), { address })

/** Everything that watches a fleet. */
const watchers = ({ admin, announce = logged }: FleetPlan) =>
  (admin === undefined ? DrainSwitch.layer : adminLayer(admin, announce)).pipe(
    Layer.provideMerge(Layer.merge(AttemptSpans.layer, FleetMetrics.layer)),
    Layer.provide(ProcessVitalsNode.layer)
  )

/** Real WebSockets and the limit of their number, the plan's settings, and telemetry before all that it tells of. */
const ground = ({ settings }: FleetPlan) =>
  Layer.merge(SocketNet.layer, DescriptorTableProc.layer).pipe(
    Layer.provideMerge(Layer.succeed(Settings, settings)),
    Layer.provideMerge(TelemetryOtlp.layer(version))
  )

/** A fleet that counts what teams say. */
export const fleetLayer = (plan: FleetPlan) =>
  Layer.provideMerge(composeFleet(InboxDiscard.layer, watchers(plan)), ground(plan))

/**
 * A fleet whose messages a bot handles. The bot is there before the first dial, and still hears what arrives while the
 * fleet drains.
 */
export const fleetLayerWithBot = <E, R>(plan: FleetPlan, bot: Layer.Layer<Bot, E, R>) =>
  composeFleet(Layer.merge(InboxMemory.layer(), bot), Layer.provideMerge(botRunner(), watchers(plan))).pipe(
    Layer.provideMerge(ground(plan))
  )
