import type { JsonObject } from "../../conversation/json";
import type { ChatRequest } from "../../conversation/request";
import { saysSomething } from "./content";
import { isDemand } from "../../conversation/demands";
import type { ModelTraits } from "./models";
import type { MessagesBody } from "./wire";

/** OpenAI's temperature goes to 2. Source: Messages API reference. */
export const HOTTEST = 1;
/** The least `top_p` that goes with thinking. Source: platform.claude.com, "Thinking". */
const LEAST_TOP_P_OF_THINKING = 0.95;

function writeTemperature(temperature: number, free: boolean, body: MessagesBody, dropped: Set<string>): void {
  if (free) body.temperature = Math.min(temperature, HOTTEST);
  // 1 is what it is anyway
  if (free ? temperature > HOTTEST : temperature !== 1) dropped.add("temperature");
}

function writeTopP(topP: number, traits: ModelTraits, thinks: boolean, body: MessagesBody, dropped: Set<string>): void {
  const allowed = traits.sampling === "all" || (traits.sampling === "one" && body.temperature === undefined);
  if (allowed && (!thinks || topP >= LEAST_TOP_P_OF_THINKING)) body.top_p = topP;
  else if (topP !== 1) dropped.add("top_p");
}

/** Writes `temperature`, `top_p` and `top_k`, as far as the model takes them. */
export function writeSampling(request: ChatRequest, traits: ModelTraits, thinks: boolean, body: MessagesBody, dropped: Set<string>): void {
  const free = traits.sampling !== "none" && !thinks;
  if (request.temperature !== undefined) writeTemperature(request.temperature, free, body, dropped);
  if (request.topP !== undefined) writeTopP(request.topP, traits, thinks, body, dropped);
  if (request.topK === undefined) return;
  if (free) body.top_k = request.topK;
  else dropped.add("top_k");
}

/** Anthropic refuses stop sequences without a visible character. */
export function writeStop(stop: readonly string[], body: { stop_sequences?: string[] }, dropped: Set<string>): void {
  const visible = stop.filter(saysSomething);
  if (visible.length < stop.length) dropped.add("stop");
  if (visible.length > 0) body.stop_sequences = visible;
}

/** Asked for by the gateway itself: Anthropic always reports the usage of a stream. */
const NO_HINTS: ReadonlySet<string> = new Set(["stream_options"]);

/** Lists the hints that Anthropic has no word for. */
export function listHints({ others }: ChatRequest, dropped: Set<string>): void {
  for (const [name, value] of others) {
    if (value !== null && !isDemand(name) && !NO_HINTS.has(name)) dropped.add(name);
  }
}

/** Puts members into the body that it does not have. */
export function addExtraBody(extra: JsonObject | undefined, body: MessagesBody, dropped: Set<string>): void {
  if (extra === undefined) return;
  const members = body as MessagesBody & Record<string, unknown>;
  for (const name of Object.keys(extra)) {
    if (Object.hasOwn(body, name) || name === "__proto__") dropped.add(`extra_body.${name}`);
    else members[name] = extra[name];
  }
}
