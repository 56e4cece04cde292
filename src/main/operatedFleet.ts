import { Effect, Layer } from "effect"
import { DrainSwitch } from "../admin/DrainSwitch.ts"
import { BotDrain } from "../bots/BotDrain.ts"
import * as IsolatedBot from "../bots/isolatedBot.ts"
import * as WorkerProcess from "../bots/WorkerProcess.ts"
import * as WorkerThread from "../bots/WorkerThread.ts"
import * as DescriptorTableProc from "../layers/DescriptorTableProc.ts"
import * as InboxDiscard from "../layers/InboxDiscard.ts"
import * as AttemptSpans from "../observe/AttemptSpans.ts"
import * as FleetMetrics from "../observe/metrics/FleetMetrics.ts"
import * as ProcessVitalsNode from "../observe/ProcessVitalsNode.ts"
import * as TelemetryOtlp from "../observe/TelemetryOtlp.ts"
import { Settings, type SettingsValues } from "../services/Settings.ts"
import { version } from "../services/version.ts"
import { adminLayer, type AdminPlan } from "./admin.ts"
import { composeFleet } from "./fleet.ts"
import { journalIn, type JournalStore } from "./journals.ts"
import { socketLayer } from "./socketLayer.ts"

/** Plan of a fleet that somebody operates: its settings, and its journal and its admin surface where it has them. */
export interface FleetPlan {
  readonly settings: SettingsValues
  /** What keeps its roster and counters. */
  readonly journal?: JournalStore | undefined
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

/** Real WebSockets and the limit of their number, the plan's settings and journal, and telemetry before all that it tells of. */
const ground = ({ journal, settings }: FleetPlan) =>
  Layer.mergeAll(socketLayer, DescriptorTableProc.layer, journal === undefined ? Layer.empty : journalIn(journal)).pipe(
    Layer.provideMerge(Layer.succeed(Settings, settings)),
    Layer.provideMerge(TelemetryOtlp.layer(version))
  )

/** A fleet that counts what teams say. */
export const fleetLayer = (plan: FleetPlan) =>
  Layer.provideMerge(composeFleet(InboxDiscard.layer, watchers(plan)), ground(plan))

/** What keeps a bot apart from the fleet. */
export type BotIsolation = "thread" | "process"

/** A bot of a fleet, and what keeps it apart. */
export interface BotPlan extends IsolatedBot.BotPlan {
  readonly isolation: BotIsolation
}

const workers = { thread: WorkerThread.layer, process: WorkerProcess.layer }

/**
 * A fleet whose messages a bot handles, in a thread or a process of its own. The bot is there before the first dial, still
 * hears what arrives while the fleet drains, and is waited for within the same drain time.
 */
export const fleetLayerWithBot = (plan: FleetPlan, bot: BotPlan) =>
  BotDrain.layerBegin.pipe(
    Layer.provideMerge(
      composeFleet(
        Layer.provide(IsolatedBot.layer(bot), workers[bot.isolation]),
        Layer.provideMerge(BotDrain.layerFinish, watchers(plan))
      )
    ),
    Layer.provideMerge(ground(plan))
  )
