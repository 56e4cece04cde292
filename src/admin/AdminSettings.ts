import { Context, type Redacted } from "effect"

/** Settings of the admin surface: where it listens, and who may use it. */
export interface AdminValues {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** True if the host can be reached from this computer only. */
  readonly loopback: boolean
  /** Names in lower case by which a proxy lets other computers ask, besides those of this computer. */
  readonly names: ReadonlyArray<string>
  /** Secret that operators show; without one, all verbs are refused. */
  readonly token: Redacted.Redacted | undefined
  /** Share of wanted teams, 0 to 1, that must be connected for `/readyz`. */
  readonly readyShare: number
  readonly version: string
}

export class AdminSettings extends Context.Service<AdminSettings, AdminValues>()("botswain/admin/AdminSettings") {}
