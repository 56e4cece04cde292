import { Context, type Redacted } from "effect"

/** Where the admin surface listens, and who may use it. */
export interface AdminValues {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** True if the host can be reached from this computer only. */
  readonly loopback: boolean
  /** What operators show; without one there are no operators. */
  readonly token: Redacted.Redacted | undefined
  /** The share of wanted teams, 0 to 1, that must be connected for `/readyz`. */
  readonly readyShare: number
  readonly version: string
}

export class AdminSettings extends Context.Service<AdminSettings, AdminValues>()("botswain/admin/AdminSettings") {}
