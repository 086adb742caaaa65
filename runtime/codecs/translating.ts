import type { Lack } from "../conversation/dialect";
import type { Json } from "../conversation/json";
import { isTooMuch, MAX_VALUES } from "../conversation/volume";
import { GatewayError } from "../errors";
import type { Ask } from "./ask";
import { TranslatedConversion } from "./translated-conversion";
import type { Call, Codec, Conversion } from "./codec";
import type { ClientSpeech, UpstreamSpeech } from "./speech";

/** Exchanges between a client and an upstream that speak different dialects. */
export class Translating<Request> implements Codec {
  readonly translates = true;
  /** What has been read of the requests that are under way. */
  private readonly requests = new WeakMap<Ask, { readonly request: Request } | GatewayError>();

  constructor(
    private readonly client: ClientSpeech<Request>,
    private readonly upstream: UpstreamSpeech<Request>,
  ) {}

  lacks(ask: Ask, model: string | undefined): readonly Lack[] {
    const request = this.read(ask);
    const lacks = this.upstream.upstream.lacks(request, model);
    const unexpressed = this.client.unexpressed(request);
    return unexpressed.length === 0 ? lacks : [...unexpressed.map((field) => ({ field })), ...lacks];
  }

  /** @throws GatewayError `missing_model`, `wrong_format` */
  begin(call: Call): Conversion {
    const { model, ask, parameters, prefill, options, stream } = call;
    if (model === undefined) {
      throw new GatewayError("missing_model", "model parameter not found in request, nor in gateway configuration");
    }
    const request = this.client.complete(this.read(ask), parameters, prefill);
    const exchange = this.upstream.upstream.begin(request, { model, stream, usage: call.usage !== "off", options });
    return new TranslatedConversion(call, exchange, this.client, this.upstream);
  }

  private read(ask: Ask): Request {
    let known = this.requests.get(ask);
    if (known === undefined) this.requests.set(ask, (known = this.readAnew(ask)));
    if (known instanceof GatewayError) throw known;
    return known.request;
  }

  /** What is wrong with a request is kept too, as it would be found again for each target. */
  private readAnew(ask: Ask): { readonly request: Request } | GatewayError {
    try {
      // the surface has found it to be JSON
      return { request: this.client.client.read(JSON.parse(readable(ask.body)) as Json) };
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }
}

/** @throws GatewayError `wrong_format` if the request would take too long to be read */
function readable(body: Buffer): string {
  const text = body.toString("utf8");
  if (!isTooMuch(text)) return text;
  throw new GatewayError("wrong_format", `the request must hold at most ${MAX_VALUES} members and elements, but it holds more`);
}
