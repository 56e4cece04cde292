import { Clock, Effect, Schedule } from "effect"
import { DialControl } from "../../services/dialing/DialControl.ts"
import { EndpointPolicy } from "../../services/EndpointPolicy.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { Inbox } from "../../services/Inbox.ts"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { Ledger } from "../../services/ledger/Ledger.ts"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import { Socket } from "../../services/Socket.ts"
import { Stats } from "../../services/Stats.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { backoff } from "../backoff.ts"

/**
 * Looks up what every team's session needs, once for the whole fleet: with generators and a look-up at each step of a dial a
 * team took 168 steps of Effect to come up, not 77.
 */
export const teamServices = Effect.all({
  clock: Clock.Clock,
  control: DialControl,
  global: GlobalLink,
  inbox: Inbox,
  keepAlive: KeepAlive,
  ledger: Ledger,
  /** One driver of the back-off for all teams, since the failures carry the count: one of its own weighs a waiting team 1.7 KB. */
  nextWait: Effect.flatMap(Settings, (settings) => Schedule.toStep(backoff(settings))),
  offers: Offers,
  policy: EndpointPolicy,
  registry: TeamRegistry,
  settings: Settings,
  socket: Socket,
  stats: Stats,
  throttle: LogThrottle
})

/** Services of a team's session. */
export type TeamServices = Effect.Success<typeof teamServices>
