import type { RouteType } from "../../config/types.generated";
import { chat } from "./chat";
import { completions } from "./completions";
import { embeddings } from "./embeddings";
import { preserve } from "./preserve";
import type { Surface } from "./surface";

/** One surface per `route_type` that this version serves. */
export const surfaces: ReadonlyMap<RouteType, Surface> = new Map(
  [chat, completions, embeddings, preserve].map((surface) => [surface.routeType, surface]),
);
