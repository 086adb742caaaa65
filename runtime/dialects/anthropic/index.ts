import type { ChatAnswer } from "../../conversation/answer";
import type { ChatCall, ChatExchange, ChatStreamReader, ChatUpstream } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import type { ChatRequest } from "../../conversation/request";
import { readAnswer } from "./answer";
import { readError } from "./error";
import { headersOf } from "./headers";
import { lacksOf } from "./lacks";
import { writeRequest, type RequestFacts } from "./request";
import { MessageStreamReader } from "./stream";

class MessagesExchange implements ChatExchange {
  readonly headers: readonly string[];
  readonly body: object;
  readonly dropped: readonly string[];
  private readonly facts: RequestFacts;

  constructor(request: ChatRequest, call: ChatCall) {
    const { body, dropped, facts } = writeRequest(request, call);
    this.headers = headersOf(call.options);
    this.body = body;
    this.dropped = dropped;
    this.facts = facts;
  }

  readAnswer(answer: Json): ChatAnswer {
    return readAnswer(answer, this.facts);
  }

  stream(): ChatStreamReader {
    return new MessageStreamReader(this.facts);
  }
}

const upstream: ChatUpstream = {
  lacks: lacksOf,
  begin: (request, call) => new MessagesExchange(request, call),
  readError: (_status, body) => readError(body),
};

/** Anthropic's wire format: the Messages API. Source: platform.claude.com, "Messages", and the types of `@anthropic-ai/sdk` 1.12. */
export const anthropic = { name: "anthropic", upstream } as const;
