import { Layer } from "effect"

export default Layer.empty
