import type { Json } from "./json";

const isObject = (value: Json): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** Members of OpenAI's requests that must not be lost in silence, with the values that ask for something. */
const DEMANDS: ReadonlyMap<string, (value: Json) => boolean> = new Map<string, (value: Json) => boolean>([
  ["logprobs", (value) => value === true],
  ["top_logprobs", (value) => typeof value === "number" && value > 0],
  ["logit_bias", (value) => isObject(value) && Object.keys(value as object).length > 0],
  ["audio", isObject],
  ["modalities", (value) => Array.isArray(value) && value.some((one: Json) => one !== "text")],
  ["web_search_options", isObject],
  ["previous_response_id", (value) => typeof value === "string"],
]);

/** Whether a member may ask for something that must not be lost, so that it is no hint. */
export const isDemand = (name: string): boolean => DEMANDS.has(name);

/** Whether a member asks for something that must not be lost. */
export const demands = (name: string, value: Json): boolean => DEMANDS.get(name)?.(value) === true;
