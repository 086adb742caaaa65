import type { Ask } from "../codecs/ask";
import { InputReading, readInput, withRequest } from "../dialects/openai/embeddings/input";
import { inputPromptOf } from "../dialects/openai/prompt";
import { GatewayError } from "../errors";
import { findMember, type ObjectScan } from "../json/scan";
import { readAsk, scanJsonBody } from "./read-json";
import { acceptsJson, JSON_METHODS, type Surface } from "./surface";

const isGiven = (scan: ObjectScan, key: string): boolean => findMember(scan, key) !== undefined;

const recognises = (scan: ObjectScan): boolean => isGiven(scan, "input") && !isGiven(scan, "messages") && !isGiven(scan, "prompt");

/** @throws GatewayError `wrong_format` */
function readOthers(body: Buffer, scan: ObjectScan): Ask {
  for (const [key, kind] of [
    ["messages", "llm/v1/chat"],
    ["prompt", "llm/v1/completions"],
  ] as const) {
    if (isGiven(scan, key)) {
      throw new GatewayError("wrong_format", `[${kind}] message format is not compatible with [llm/v1/embeddings] route type`);
    }
  }
  const ask = readAsk(body, scan);
  if (ask.stream) throw new GatewayError("wrong_format", "'stream' must be false or left out: embeddings are never streamed");
  return ask;
}

/** OpenAI's embeddings (`llm/v1/embeddings`). */
export const embeddings: Surface = {
  routeType: "llm/v1/embeddings",
  methods: JSON_METHODS,
  body: "json",
  streams: false,
  texts: undefined,
  accepts: acceptsJson,
  recognises,
  read(body, scanned) {
    const scan = scanJsonBody(body, scanned);
    return withRequest(readOthers(body, scan), readInput(body, scan));
  },
  readLarge(body, scanned) {
    const scan = scanJsonBody(body, scanned);
    const ask = readOthers(body, scan);
    const reading = new InputReading(body, scan);
    return { step: () => reading.step(), result: () => withRequest(ask, reading.result()) };
  },
  prompt: ({ body, scan }) => inputPromptOf(body, scan),
};
