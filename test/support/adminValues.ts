import type { AdminValues } from "../../src/admin/AdminSettings.ts"

/** Settings of an admin surface on loopback, at any free port and without operators, but for these values. */
export const adminValues = (values: Partial<AdminValues> = {}): AdminValues => ({
  host: "127.0.0.1",
  port: 0,
  loopback: true,
  names: [],
  token: undefined,
  readyShare: 0.9,
  version: "0",
  ...values
})
