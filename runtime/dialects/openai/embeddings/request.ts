import type { Call } from "../../../codecs/codec";
import { findMember, memberText, type ObjectScan } from "../../../json/scan";
import type { Edit } from "../../../json/splice";
import { extraBodyOf } from "../extra-body";
import { editModel, membersAmong } from "../request";
import type { EmbeddingsRequest } from "./input";
import type { EmbeddingsTraits } from "./traits";

/** Members that `extra_body` cannot set, as the gateway does. */
const OWN: ReadonlySet<string> = new Set(["model", "stream", "input", "dimensions", "encoding_format"]);

const ENCODING_FORMAT = "encoding_format";

/** How a request is written for a provider. */
export interface Written {
  readonly edits: readonly Edit[];
  /** Members that have no effect, by the client's names. */
  readonly dropped: readonly string[];
}

/**
 * What must change of a request: the model, the length of vectors, and how they are written. Parameters of conversations mean nothing here.
 * @param model as the provider is told it; undefined: it is told none
 * @throws GatewayError `wrong_format` if `extra_body` has too many members
 */
export function writtenFor(
  call: Call,
  model: string | undefined,
  request: EmbeddingsRequest,
  scan: ObjectScan,
  traits: EmbeddingsTraits,
): Written {
  const { ask } = call;
  const { refuses } = traits;
  const extra = extraBodyOf(ask, scan);
  const edits: Edit[] = [];
  editModel(ask, model, edits);
  editDimensions(call, request, scan, traits.dimensions, edits);
  if (request.format === "base64" && !traits.base64 && !refuses.includes(ENCODING_FORMAT)) {
    edits.push({ key: ENCODING_FORMAT, value: '"float"' });
  }
  const leftOut = membersAmong(scan, refuses);
  for (const key of leftOut) edits.push({ key, value: undefined });
  // the gateway writes vectors as the client wants them, whatever the provider does
  const told = leftOut.includes(ENCODING_FORMAT) ? leftOut.filter((key) => key !== ENCODING_FORMAT) : leftOut;
  if (extra === undefined) return { edits, dropped: told };
  extra.addTo(scan, { own: OWN, refuses }, edits);
  return { edits, dropped: [...told, ...extra.dropped] };
}

/** The client's length wins over the configured one; the provider may have another name for it. */
function editDimensions(
  { ask, options }: Call,
  { hasDimensions }: EmbeddingsRequest,
  scan: ObjectScan,
  name: string | undefined,
  edits: Edit[],
): void {
  const { embeddings_dimensions: configured } = options;
  const member = findMember(scan, "dimensions");
  const isOwnName = name === "dimensions";
  if (!isOwnName && member !== undefined) edits.push({ key: "dimensions", value: undefined });
  if (name === undefined) return;
  if (hasDimensions && member !== undefined) {
    if (!isOwnName) edits.push({ key: name, value: memberText(ask.body, member) });
  } else if (configured !== undefined && (isOwnName || findMember(scan, name) === undefined)) {
    edits.push({ key: name, value: String(configured) });
  }
}
