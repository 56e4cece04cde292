/** The `code` that Node, or `ws`, gives an error: `ECONNREFUSED`, say. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
