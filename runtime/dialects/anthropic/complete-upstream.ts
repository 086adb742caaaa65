import type { ChatAnswer } from "../../conversation/answer";
import type { ChatExchange, ChatStreamReader, ChatUpstream } from "../../conversation/dialect";
import type { Json, JsonObject } from "../../conversation/json";
import { CompletionStreamReader, lacksOfCompletion, readCompletion, writeCompletion, type WrittenCompletion } from "./complete";
import { readError } from "./error";

class CompleteExchange implements ChatExchange {
  readonly headers: readonly string[];
  readonly body: object;
  readonly dropped: readonly string[];

  constructor({ headers, body, dropped }: WrittenCompletion) {
    this.headers = headers;
    this.body = body;
    this.dropped = dropped;
  }

  readAnswer(answer: Json): ChatAnswer {
    const { id, model, text, finish } = readCompletion(answer);
    return { id, model, choices: [{ parts: [{ type: "text", text }], finish }], usage: undefined };
  }

  stream(): ChatStreamReader {
    return new CompletionStreamReader();
  }
}

/** How `/v1/complete` is spoken to. */
export const completeUpstream: ChatUpstream<JsonObject> = {
  lacks: lacksOfCompletion,
  begin: (request, call) => new CompleteExchange(writeCompletion(request, call)),
  readError: (_status, body) => readError(body),
};
