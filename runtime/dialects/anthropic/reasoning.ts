import type { ChatRequest, Message, ReasoningRequest } from "../../conversation/request";
import type { ModelTraits } from "./models";
import type { Effort, Thinking } from "./wire";

export interface WrittenReasoning {
  readonly thinking: Thinking | undefined;
  readonly effort: Effort | undefined;
}

const AS_BY_ITSELF: WrittenReasoning = { thinking: undefined, effort: undefined };

/** The least that Anthropic takes for a budget. Source: `ThinkingConfigEnabled` of `@anthropic-ai/sdk` 1.12. Unit: tokens. */
const LEAST_BUDGET = 1024;

type AskedEffort = Exclude<NonNullable<ReasoningRequest["effort"]>, "none">;

/** Effort as a share of the answer's tokens, for models that think within a budget. The answer needs the rest. */
const SHARES: Readonly<Record<AskedEffort, number>> = { minimal: 0.1, low: 0.2, medium: 0.5, high: 0.8, xhigh: 0.95 };

const effortOf = (effort: AskedEffort, traits: ModelTraits): Effort => {
  if (effort === "minimal") return "low";
  return effort === "xhigh" && !traits.xhigh ? "high" : effort;
};

const isSigned = (message: Message): boolean =>
  message.parts.some((part) => part.type === "reasoning" && (part.signature !== undefined || part.redacted !== undefined));

/**
 * Whether the last turn of the assistant goes on (a call whose results are at the end, or an answer to be continued) and does not begin with its reasoning.
 * Anthropic refuses to think within a budget then. A turn reaches back to the user's last words; only its first message has to hold reasoning, as models
 * need not think again between calls. Source: platform.claude.com, "Extended thinking with tool use".
 */
export function continuesUnsigned(messages: readonly Message[]): boolean {
  let first: Message | undefined;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message?.role === "user") break;
    if (message?.role === "assistant") first = message;
  }
  return first !== undefined && !isSigned(first);
}

function turnedOff(traits: ModelTraits): WrittenReasoning {
  switch (traits.off) {
    case "disabled":
      return { thinking: { type: "disabled" }, effort: undefined };
    case "between_tools":
      return { thinking: { type: "between_tools" }, effort: undefined };
    case "omit":
    case "never":
      return AS_BY_ITSELF;
  }
}

/** Thinking within a budget; undefined if the answer's cap has no room for the least budget. */
function withinBudget(tokens: number, maxTokens: number): WrittenReasoning | undefined {
  const budget = Math.min(Math.max(Math.floor(tokens), LEAST_BUDGET), maxTokens - 1);
  return budget < LEAST_BUDGET ? undefined : { thinking: { type: "enabled", budget_tokens: budget }, effort: undefined };
}

/** Whether the model is not to think. */
export const asksForNone = ({ effort, budget }: ReasoningRequest): boolean => effort === "none" || (effort === undefined && budget === 0);

/** What was asked for, as far as the model can do it; undefined if it cannot. */
function writeAsked(request: ChatRequest, traits: ModelTraits, maxTokens: number): WrittenReasoning | undefined {
  const { effort, budget } = request.reasoning ?? {};
  if (effort === undefined || effort === "none") {
    if (budget === undefined || traits.thinking === "adaptive") return { thinking: { type: "adaptive" }, effort: undefined };
    return continuesUnsigned(request.messages) ? undefined : withinBudget(budget, maxTokens);
  }
  if (traits.thinking === "adaptive" || (traits.thinking === "both" && budget === undefined)) {
    return { thinking: { type: "adaptive" }, effort: effortOf(effort, traits) };
  }
  return continuesUnsigned(request.messages) ? undefined : withinBudget(budget ?? SHARES[effort] * maxTokens, maxTokens);
}

/**
 * How the model is to think. What the client asks for is left out, and listed, if it cannot be had: if the model is made to call a tool, if a turn goes on
 * whose reasoning is lost, if the model does not think.
 */
export function writeReasoning(
  request: ChatRequest,
  traits: ModelTraits,
  maxTokens: number,
  forced: boolean,
  dropped: Set<string>,
): WrittenReasoning {
  const asked = request.reasoning;
  if (asked === undefined || (asked.effort === undefined && asked.budget === undefined)) return forced ? turnedOff(traits) : AS_BY_ITSELF;
  const name = asked.effort === undefined ? "reasoning.max_tokens" : "reasoning_effort";
  if (asksForNone(asked)) {
    if (traits.off !== "never") return turnedOff(traits);
    dropped.add(name);
    return { thinking: undefined, effort: "low" };
  }
  const written = traits.thinking === "none" || forced ? undefined : writeAsked(request, traits, maxTokens);
  if (written === undefined) {
    dropped.add(name);
    return forced ? turnedOff(traits) : AS_BY_ITSELF;
  }
  if (asked.budget !== undefined && traits.thinking === "adaptive") dropped.add("reasoning.max_tokens");
  return written;
}
