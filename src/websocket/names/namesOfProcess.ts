import { Effect } from "effect"
import { threadPoolSize } from "../../node/threadPool.ts"
import { boundsFor } from "./bounds.ts"
import { makeNames } from "./Names.ts"
import { makeResolvers } from "./resolvers.ts"

/** Makes the names of this process, with as many look-ups at once as its thread pool lets be. */
export const namesOfProcess = Effect.suspend(() =>
  makeNames(boundsFor(threadPoolSize(process.env["UV_THREADPOOL_SIZE"])), makeResolvers())
)
