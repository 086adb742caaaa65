import type { Lack } from "../conversation/dialect";
import type { Json } from "../conversation/json";
import type { ChatRequest } from "../conversation/request";
import { GatewayError } from "../exchange/errors";
import type { Ask } from "./ask";
import { ChatConversion } from "./chat-conversion";
import type { Call, Codec, Conversion, ModelParameters } from "./codec";
import type { ClientSpeech, UpstreamSpeech } from "./speech";

/** Conversations between a client and an upstream that speak different dialects. */
export class TranslatingChat implements Codec {
  readonly translates = true;
  /** What has been read of the requests that are under way. */
  private readonly requests = new WeakMap<Ask, ChatRequest>();

  constructor(
    private readonly client: ClientSpeech,
    private readonly upstream: UpstreamSpeech,
  ) {}

  lacks(ask: Ask): readonly Lack[] {
    return this.upstream.upstream.lacks(this.read(ask));
  }

  /** @throws GatewayError `missing_model`, `wrong_format` */
  begin(call: Call): Conversion {
    const { model, ask, parameters, prefill, options, stream } = call;
    if (model === undefined) {
      throw new GatewayError("missing_model", "model parameter not found in request, nor in gateway configuration");
    }
    const request = withPrefill(withParameters(this.read(ask), parameters), prefill);
    const exchange = this.upstream.upstream.begin(request, { model, stream, usage: call.usage !== "off", options });
    return new ChatConversion(call, exchange, this.client, this.upstream);
  }

  private read(ask: Ask): ChatRequest {
    let request = this.requests.get(ask);
    if (request === undefined) {
      // the surface has found it to be JSON
      request = this.client.client.read(JSON.parse(ask.body.toString("utf8")) as Json);
      this.requests.set(ask, request);
    }
    return request;
  }
}

/** The request with what the target adds to it: what the client did not set, and the smaller of both caps (docs/behaviour.md "Requests and models"). */
function withParameters(request: ChatRequest, { defaults, maxTokens }: ModelParameters): ChatRequest {
  if (defaults.length === 0 && maxTokens === undefined) return request;
  const given = new Map<string, number>(defaults.map(([name, value]) => [name, Number(value)]));
  return {
    ...request,
    temperature: request.temperature ?? given.get("temperature"),
    topP: request.topP ?? given.get("top_p"),
    topK: request.topK ?? given.get("top_k"),
    maxTokens: maxTokens === undefined ? request.maxTokens : Math.min(maxTokens, request.maxTokens ?? Infinity),
  };
}

function withPrefill(request: ChatRequest, text: string | undefined): ChatRequest {
  if (text === undefined) return request;
  return { ...request, messages: [...request.messages, { role: "assistant", parts: [{ type: "text", text }] }] };
}
