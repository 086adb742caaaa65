/** Calls as the gateway makes them, of the objects that it makes them of: a client of OpenAI's chats in front of Anthropic. */
import type { ModelOptions, TargetConfig } from "../../config/types.generated";
import type { Ask } from "../../runtime/codecs/ask";
import type { Call, Codec } from "../../runtime/codecs/codec";
import { providers } from "../../runtime/providers";
import { surfaces } from "../../runtime/surfaces";

const MODEL = "claude-sonnet-4-5";
const PARAMETERS = { defaults: [], maxTokens: undefined } as const;
const OPTIONS: ModelOptions = { anthropic_version: "2023-06-01", azure_api_version: "2023-05-15" };

/** Largest answer or event. Unit: bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

function made<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The gateway must have ${what}, but it has none.`);
  return value;
}

const chat = made(surfaces.get("llm/v1/chat"), "a surface for chats");
const target: TargetConfig = { route_type: "llm/v1/chat", model: { provider: "anthropic", name: MODEL }, weight: 100 };

export const codec: Codec = made(providers.get("anthropic")?.serve(chat, target)?.codec, "a service of Anthropic's for chats");

/** Reads a request anew, as a codec keeps what it has read of one. */
export const ask = (body: Buffer): Ask => chat.read(body);

export const callOf = (asked: Ask): Call => ({
  ask: asked,
  model: MODEL,
  parameters: PARAMETERS,
  options: OPTIONS,
  stream: asked.stream,
  usage: asked.stream ? "withhold" : "off",
  resume: undefined,
  keepText: false,
  maxBytes: MAX_BYTES,
});
