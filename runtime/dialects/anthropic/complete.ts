/** Anthropic's legacy `/v1/complete`, which OpenAI's legacy completions go to. Source: Anthropic's reference of text completions. */
import { AnswerProblem, type ChatCall, type Lack } from "../../conversation/dialect";
import type { FinishReason } from "../../conversation/answer";
import type { ChatEvent } from "../../conversation/events";
import type { Json, JsonObject } from "../../conversation/json";
import { idOf, modelOf } from "../../conversation/names";
import type { Frame } from "../../framing/frame";
import { readError, UNNAMED_ERROR } from "./error";
import { finishOf } from "./finish";
import { headersOf } from "./headers";
import { isObject, textOf } from "./json";
import { HOTTEST, writeStop } from "./parameters";

/** If nobody says. Unit: tokens. */
const MAX_TOKENS = 4096;

/** Kong begins a prompt with it too, without the blank line that Anthropic adds by itself. */
const HUMAN = "Human:";
const ASSISTANT = "\n\nAssistant:";

/** Members that are written, by OpenAI's names. */
const WRITTEN: ReadonlySet<string> = new Set([
  "model",
  "prompt",
  "max_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop",
  "stream",
  "stream_options",
]);

const isAbove =
  (least: number) =>
  (value: Json): boolean =>
    typeof value === "number" && value > least;

/** Members that must not be lost in silence, with the values that ask for something. */
const REFUSED: ReadonlyMap<string, (value: Json) => boolean> = new Map<string, (value: Json) => boolean>([
  ["n", isAbove(1)],
  ["best_of", isAbove(1)],
  ["logprobs", isAbove(0)],
  ["echo", (value) => value === true],
  ["suffix", (value) => typeof value === "string" && value !== ""],
  ["logit_bias", (value) => isObject(value) && Object.keys(value).length > 0],
]);

/** The text of a prompt: OpenAI takes a list of one too. Lists of tokens are for models of OpenAI's only. */
function promptOf(prompt: Json | undefined): string | undefined {
  return textOf(prompt) ?? (Array.isArray(prompt) && prompt.length === 1 ? textOf((prompt as readonly Json[])[0]) : undefined);
}

/** What `/v1/complete` cannot express of a request. */
export function lacksOfCompletion(request: JsonObject): readonly Lack[] {
  const lacks: Lack[] = [];
  if (promptOf(request["prompt"]) === undefined) lacks.push({ field: "prompt" });
  for (const [field, asks] of REFUSED) {
    const value = request[field];
    if (value !== undefined && asks(value)) lacks.push({ field });
  }
  return lacks;
}

const number = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);

function stopOf(stop: Json | undefined): readonly string[] {
  if (typeof stop === "string") return [stop];
  return Array.isArray(stop) ? stop.filter((one): one is string => typeof one === "string") : [];
}

interface CompleteBody {
  model: string;
  prompt: string;
  max_tokens_to_sample: number;
  stream: boolean;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
}

function writeSampling(request: JsonObject, body: CompleteBody, dropped: Set<string>): void {
  const temperature = number(request["temperature"]);
  if (temperature !== undefined) {
    if (temperature > HOTTEST) dropped.add("temperature");
    body.temperature = Math.min(temperature, HOTTEST);
  }
  const topP = number(request["top_p"]);
  if (topP !== undefined) body.top_p = topP;
  const topK = number(request["top_k"]);
  if (topK !== undefined) body.top_k = topK;
}

/** A request, written. `dropped`: members that had no effect. */
export interface WrittenCompletion {
  readonly headers: readonly string[];
  readonly body: object;
  readonly dropped: readonly string[];
}

/** Writes one of OpenAI's legacy completions. A prompt that is no dialogue becomes the one question of a dialogue. */
export function writeCompletion(request: JsonObject, call: ChatCall): WrittenCompletion {
  const prompt = promptOf(request["prompt"]) ?? "";
  const dropped = new Set<string>();
  const body: CompleteBody = {
    model: call.model,
    prompt: prompt.trimStart().startsWith(HUMAN) ? prompt : `${HUMAN} ${prompt}${ASSISTANT}`,
    max_tokens_to_sample: number(request["max_tokens"]) ?? call.options.max_tokens ?? MAX_TOKENS,
    stream: call.stream,
  };
  writeSampling(request, body, dropped);
  writeStop(stopOf(request["stop"]), body, dropped);
  for (const name of Object.keys(request)) {
    if (request[name] !== null && !WRITTEN.has(name) && !REFUSED.has(name)) dropped.add(name);
  }
  return { headers: headersOf(call.options), body, dropped: [...dropped] };
}

/** A whole answer of `/v1/complete`, which reports no usage. */
export interface Completion {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly text: string;
  readonly finish: FinishReason;
}

/**
 * Reads an answer.
 * @throws AnswerProblem if it is none
 */
export function readCompletion(answer: Json): Completion {
  if (!isObject(answer)) throw new AnswerProblem("is no JSON object");
  const text = textOf(answer["completion"]);
  if (text === undefined) throw new AnswerProblem("holds no 'completion'");
  return { id: idOf(answer["id"]), model: modelOf(answer["model"]), text, finish: finishOf(answer["stop_reason"], false) };
}

const NOTHING: readonly ChatEvent[] = [];
const PING: readonly ChatEvent[] = [{ type: "ping" }];

/** Reads the events of a stream of `/v1/complete`. Never throws. */
export class CompletionStreamReader {
  private started = false;

  /** Events in their order; undefined if the frame cannot be read. */
  read(frame: Frame): readonly ChatEvent[] | undefined {
    let data: Json;
    try {
      data = JSON.parse(frame.data) as Json;
    } catch {
      return undefined;
    }
    if (!isObject(data)) return undefined;
    switch (data["type"] ?? frame.event) {
      case "completion":
        return this.piece(data);
      case "ping":
        return PING;
      case "error":
        return [{ type: "failed", error: readError(data) ?? UNNAMED_ERROR }];
      default:
        return NOTHING;
    }
  }

  private piece(data: JsonObject): readonly ChatEvent[] {
    const events: ChatEvent[] = [];
    if (!this.started) {
      this.started = true;
      events.push({ type: "started", id: idOf(data["id"]), model: modelOf(data["model"]) });
    }
    const text = textOf(data["completion"]) ?? "";
    if (text !== "") events.push({ choice: 0, type: "text", text });
    const reason = data["stop_reason"];
    // nothing follows the reason
    if (typeof reason === "string") events.push({ choice: 0, type: "finished", finish: finishOf(reason, false) }, { type: "ended" });
    return events;
  }
}
