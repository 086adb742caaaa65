import type { Lack } from "../conversation/dialect";
import type { Json } from "../conversation/json";
import { isTooMuch, MAX_VALUES } from "../conversation/volume";
import { GatewayError } from "../errors";
import type { Ask } from "./ask";
import { requireModel } from "./require-model";
import { givenTextOf } from "./resumption";
import { TranslatedConversion } from "./translated-conversion";
import type { Call, Codec, Conversion } from "./codec";
import type { ClientSpeech, UpstreamSpeech } from "./speech";

/** Exchanges between a client and an upstream that speak different dialects. */
export class Translating<Request> implements Codec {
  readonly translates = true;
  readonly mayLack = true;

  constructor(
    private readonly client: ClientSpeech<Request>,
    private readonly upstream: UpstreamSpeech<Request>,
  ) {}

  lacks(ask: Ask, model: string | undefined): readonly Lack[] {
    const request = this.read(ask);
    const lacks = this.upstream.dialect.lacks(request, model);
    const unexpressed = this.client.unexpressed(request);
    return unexpressed.length === 0 ? lacks : [...unexpressed.map((field) => ({ field })), ...lacks];
  }

  /** @throws GatewayError `missing_model`, `wrong_format` */
  begin(call: Call): Conversion {
    const { ask, parameters, resume, options, stream } = call;
    const model = requireModel(call.model);
    const request = this.client.complete(this.read(ask), parameters, givenTextOf(resume));
    const exchange = this.upstream.dialect.begin(request, { model, stream, usage: call.usage !== "off", options });
    return new TranslatedConversion(call, exchange, this.client, this.upstream, this.client.choices(request));
  }

  private read(ask: Ask): Request {
    const { dialect } = this.client;
    // only this client's own request is kept under its name
    const known =
      ask.reading?.reader === dialect ? ask.reading.request : (ask.reading = { reader: dialect, request: this.readAnew(ask) }).request;
    if (known instanceof GatewayError) throw known;
    return known as Request;
  }

  /** What is wrong with a request is kept too, as it would be found again for each target. */
  private readAnew(ask: Ask): Request | GatewayError {
    try {
      // the surface has found it to be JSON
      return this.client.dialect.read(JSON.parse(readable(ask.body)) as Json);
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
