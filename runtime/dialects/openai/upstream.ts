import type { ChatAnswer } from "../../conversation/answer";
import type { ChatExchange, ChatStreamReader, ChatUpstream } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import { readError } from "./errors";
import { readAnswer } from "./upstream-answer";
import { lacks, writeRequest, type WrittenRequest } from "./upstream-request";
import { ChunkReader } from "./upstream-stream";

const NO_HEADERS: readonly string[] = [];

/** Nothing of a request has to be remembered to read its answer. */
class OpenAiExchange implements ChatExchange {
  readonly headers = NO_HEADERS;
  readonly body: object;
  readonly dropped: readonly string[];

  constructor({ body, dropped }: WrittenRequest) {
    this.body = body;
    this.dropped = dropped;
  }

  readAnswer(answer: Json): ChatAnswer {
    return readAnswer(answer);
  }

  stream(): ChatStreamReader {
    return new ChunkReader();
  }
}

/** Providers that speak OpenAI's chat completions. */
export const upstream: ChatUpstream = {
  lacks,
  begin: (request, call) => new OpenAiExchange(writeRequest(request, call)),
  readError,
};
