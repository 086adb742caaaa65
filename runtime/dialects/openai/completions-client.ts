import { GatewayError } from "../../errors";
import type { ChatAnswer, FinishReason } from "../../conversation/answer";
import type { ChatClient, ChatStreamWriter, StreamWriteOptions, WriteOptions } from "../../conversation/dialect";
import type { ChatEvent } from "../../conversation/events";
import type { JsonObject } from "../../conversation/json";
import type { Usage } from "../../conversation/usage";
import { countAt, flagAt, isObject, numberAt } from "./client-fields";
import { readStop } from "./client-request";
import { DONE } from "./end-mark";
import { STATUS_IN_STREAM, writeError } from "./errors";

/** Clients of OpenAI's legacy completions: a text that goes on, not a conversation. Its request stays JSON. Source: OpenAI API reference. */
export const completionsClient: ChatClient<JsonObject> = {
  read: (request) => {
    if (!isObject(request)) throw new GatewayError("wrong_format", "a completions request must be a JSON object");
    // a value of a wrong type would be lost in silence
    for (const name of COUNTS) countAt(request, name, "");
    for (const name of NUMBERS) numberAt(request, name, "");
    flagAt(request, "echo", "");
    readStop(request["stop"]);
    return request;
  },
  writeAnswer,
  stream: (options) => new CompletionWriter(options),
  writeError,
};

const COUNTS = ["max_tokens", "n", "best_of"] as const;
const NUMBERS = ["temperature", "top_p", "top_k", "logprobs"] as const;

function writeAnswer({ id, model, choices, usage }: ChatAnswer, options: WriteOptions): object {
  const written = choices.map(({ parts, finish }, index) => {
    let text = "";
    for (const part of parts) if (part.type === "text") text += part.text;
    return { text, index, logprobs: null, finish_reason: finish };
  });
  // a usage that is undefined is not printed
  return {
    id: id ?? options.id,
    object: "text_completion",
    created: options.created,
    model: model ?? options.model,
    choices: written,
    usage,
  };
}

/** Writes one stream as `text_completion` chunks. */
class CompletionWriter implements ChatStreamWriter {
  private id: string;
  private model: string | undefined;
  private usage: Usage | undefined;

  constructor(private readonly options: StreamWriteOptions) {
    this.id = options.id;
    this.model = options.model;
  }

  write(event: ChatEvent): string {
    switch (event.type) {
      case "started":
        this.id = event.id ?? this.id;
        this.model = event.model ?? this.model;
        return "";
      case "text":
        return this.chunk([choiceOf(event.choice, event.text, null)]);
      case "finished":
        return this.chunk([choiceOf(event.choice, "", event.finish)]);
      case "usage":
        this.usage = event.usage;
        return "";
      case "ping":
        return ": ping\n\n";
      case "failed":
        return `data: ${JSON.stringify(writeError(STATUS_IN_STREAM, event.error))}\n\n`;
      case "ended":
        return (this.options.usage && this.usage !== undefined ? this.chunk([], this.usage) : "") + DONE;
      default:
        return "";
    }
  }

  private chunk(choices: readonly object[], usage?: Usage): string {
    const chunk = { id: this.id, object: "text_completion", created: this.options.created, model: this.model, choices, usage };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

const choiceOf = (index: number, text: string, finish: FinishReason | null): object => ({
  text,
  index,
  logprobs: null,
  finish_reason: finish,
});
