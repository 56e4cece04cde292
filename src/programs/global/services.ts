import { Clock, Effect } from "effect"
import { Descriptors } from "../../services/Descriptors.ts"
import { DialControl } from "../../services/dialing/DialControl.ts"
import { EndpointPolicy } from "../../services/EndpointPolicy.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { HealthAnswers } from "../../services/HealthAnswers.ts"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { Ledger } from "../../services/ledger/Ledger.ts"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import { Stats } from "../../services/Stats.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"

/** Looks up what the Global connection needs, once. */
export const globalServices = Effect.all({
  answers: HealthAnswers,
  clock: Clock.Clock,
  control: DialControl,
  descriptors: Descriptors,
  keepAlive: KeepAlive,
  ledger: Ledger,
  link: GlobalLink,
  offers: Offers,
  policy: EndpointPolicy,
  registry: TeamRegistry,
  settings: Settings,
  stats: Stats,
  throttle: LogThrottle
})

/** Services of the Global connection. */
export type GlobalServices = Effect.Success<typeof globalServices>
