/** OpenAI's wire format: chat completions and completions. Source: OpenAI API reference. */
export { errorEvent, KEEP_ALIVE, toldError } from "./error-event";
export { PassingOpenAi } from "./passing";
export { readRefusal } from "./refusal";
export type { CapName, PassingTraits } from "./traits";
export { questionOf, textOf } from "./text";
export { isFreeText } from "./free-text";
export { memberAnywhere } from "./extra-body";
