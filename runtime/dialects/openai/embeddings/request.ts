import type { Call } from "../../../codecs/codec";
import { findMember, memberText, type ObjectScan } from "../../../json/scan";
import type { Edit } from "../../../json/splice";
import { addExtraBody } from "../request";
import type { EmbeddingsRequest } from "./input";
import type { EmbeddingsTraits } from "./traits";

/** Members that `extra_body` cannot set, as the gateway does. */
const OWN: ReadonlySet<string> = new Set(["model", "stream", "input", "dimensions", "encoding_format"]);

/**
 * What must change of a request: the model, the length of vectors, and how they are written. Parameters of conversations mean nothing here.
 * @param model as the provider is told it
 */
export function editsOf(
  call: Call,
  model: string | undefined,
  request: EmbeddingsRequest,
  scan: ObjectScan,
  traits: EmbeddingsTraits,
): Edit[] {
  const { ask, options } = call;
  const { refuses } = traits;
  const edits: Edit[] = [];
  if (model !== undefined && model !== ask.model) edits.push({ key: "model", value: JSON.stringify(model) });
  editDimensions(call, request, scan, traits.dimensions, options.embeddings_dimensions, edits);
  if (request.format === "base64" && !traits.base64 && !refuses.includes("encoding_format")) {
    edits.push({ key: "encoding_format", value: '"float"' });
  }
  for (const key of refuses) if (findMember(scan, key) !== undefined) edits.push({ key, value: undefined });
  addExtraBody(ask, scan, refuses, edits, OWN);
  return edits;
}

/** The client's length wins over the configured one; the provider may have another name for it. */
function editDimensions(
  { ask }: Call,
  { hasDimensions }: EmbeddingsRequest,
  scan: ObjectScan,
  name: string | undefined,
  configured: number | undefined,
  edits: Edit[],
): void {
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
