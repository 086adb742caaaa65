import { promptOf } from "../dialects/openai/prompt";
import { GatewayError } from "../errors";
import { errorEvent, KEEP_ALIVE, questionOf, textOf, toldError } from "../dialects/openai";
import { findMember, type ObjectScan } from "../json/scan";
import { readAsk, scanJsonBody } from "./read-json";
import { acceptsJson, JSON_METHODS, type Surface } from "./surface";

const recognises = (scan: ObjectScan): boolean => findMember(scan, "prompt") !== undefined;

/** OpenAI's legacy completions (`llm/v1/completions`). */
export const completions: Surface = {
  routeType: "llm/v1/completions",
  methods: JSON_METHODS,
  body: "json",
  streams: true,
  texts: { questionOf, textOf, errorEvent, toldError, keepAlive: KEEP_ALIVE },
  accepts: acceptsJson,
  recognises,
  read(body, scanned) {
    const scan = scanJsonBody(body, scanned);
    const messages = findMember(scan, "messages") !== undefined;
    if (recognises(scan)) {
      if (messages)
        throw new GatewayError("wrong_format", "request matches multiple LLM request formats: give either 'messages' or 'prompt'");
      return readAsk(body, scan);
    }
    if (messages)
      throw new GatewayError("wrong_format", "[llm/v1/chat] message format is not compatible with [llm/v1/completions] route type");
    throw new GatewayError("wrong_format", "request format not recognised: a completions request needs 'prompt'");
  },
  prompt: ({ body, scan }) => promptOf(body, scan),
};
