import type { ModelOptions } from "../../../../config/types.generated";
import type { Ask } from "../../../codecs/ask";
import type { Call, Codec, Conversion } from "../../../codecs/codec";
import { toldModel } from "../../../codecs/require-model";
import type { Lack } from "../../../conversation/dialect";
import { GatewayError } from "../../../errors";
import { spliceObject } from "../../../json/splice";
import { EmbeddingsConversion } from "./conversion";
import { requestOf, type EmbeddingsRequest } from "./input";
import { writtenFor } from "./request";
import { MAX_PARTS, partition } from "./partition";
import { SplitEmbeddings } from "./split";
import type { EmbeddingsTraits } from "./traits";

const NONE: readonly Lack[] = [];

/** OpenAI's dialect of embeddings on both sides: all bytes that need no change are kept; a request of too many inputs is made in several calls. */
export class PassingEmbeddings implements Codec {
  readonly translates = false;
  readonly mayLack = true;

  /** Of requests under way, so that a request of very many inputs is walked once for all targets of a provider. */
  private readonly partitions = new WeakMap<EmbeddingsRequest, readonly number[]>();

  constructor(private readonly traits: EmbeddingsTraits) {}

  /** @throws GatewayError `wrong_format`, `duplicate_key` */
  lacks(ask: Ask, _model?: string, configured?: Partial<ModelOptions>): readonly Lack[] {
    const { tokens, dimensions } = this.traits;
    const request = requestOf(ask);
    const { kind, hasDimensions } = request;
    const lacksTokens = !tokens && (kind === "tokens" || kind === "token lists");
    const lacksDimensions = dimensions === undefined && (hasDimensions || configured?.embeddings_dimensions !== undefined);
    const lacksCalls = this.partsOf(request).length > MAX_PARTS;
    if (!lacksTokens && !lacksDimensions && !lacksCalls) return NONE;
    const lacks: Lack[] = [];
    if (lacksTokens) lacks.push({ field: "input of tokens" });
    if (lacksDimensions) lacks.push({ field: hasDimensions ? "dimensions" : "model.options.embeddings_dimensions" });
    if (lacksCalls) lacks.push({ field: `inputs for more than ${MAX_PARTS} calls` });
    return lacks;
  }

  /** @throws GatewayError `missing_model`, `wrong_format`, `duplicate_key` */
  begin(call: Call): Conversion {
    const { traits } = this;
    const model = toldModel(call, traits.model);
    const { ask, maxBytes } = call;
    const { body, scan } = ask;
    if (scan === undefined) throw new GatewayError("wrong_format", "an embeddings request must be a JSON object");
    const request = requestOf(ask);
    const { count, format } = request;
    const { edits, dropped } = writtenFor(call, model, request, scan, traits);
    const parts = this.partsOf(request);
    if (parts.length === 1) return new EmbeddingsConversion(spliceObject(body, scan, edits), { count, format }, dropped);
    return new SplitEmbeddings(body, scan, { edits, dropped }, request, parts, maxBytes).at(0);
  }

  private partsOf(request: EmbeddingsRequest): readonly number[] {
    let parts = this.partitions.get(request);
    if (parts === undefined) this.partitions.set(request, (parts = partition(request, this.traits)));
    return parts;
  }
}
