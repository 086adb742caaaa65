import { promptOf } from "../dialects/openai/prompt";
import { GatewayError } from "../errors";
import { errorEvent, isFreeText, KEEP_ALIVE, questionOf, textOf, toldError } from "../dialects/openai";
import { findMember, type ObjectScan } from "../json/scan";
import { isFilledArray, readAsk, scanJsonBody } from "./read-json";
import { acceptsJson, JSON_METHODS, type Surface } from "./surface";

const recognises = (scan: ObjectScan): boolean => findMember(scan, "messages") !== undefined;

/** OpenAI's chat completions (`llm/v1/chat`). */
export const chat: Surface = {
  routeType: "llm/v1/chat",
  methods: JSON_METHODS,
  body: "json",
  streams: true,
  texts: { questionOf, textOf, errorEvent, toldError, keepAlive: KEEP_ALIVE },
  accepts: acceptsJson,
  recognises,
  read(body, scanned) {
    const scan = scanJsonBody(body, scanned);
    const prompt = findMember(scan, "prompt") !== undefined;
    if (recognises(scan)) {
      if (prompt)
        throw new GatewayError("wrong_format", "request matches multiple LLM request formats: give either 'messages' or 'prompt'");
      if (!isFilledArray(body, scan, "messages"))
        throw new GatewayError("wrong_format", "'messages' must be an array with at least one message");
      return readAsk(body, scan);
    }
    if (prompt)
      throw new GatewayError("wrong_format", "[llm/v1/completions] message format is not compatible with [llm/v1/chat] route type");
    throw new GatewayError("wrong_format", "request format not recognised: a chat request needs 'messages'");
  },
  goesOn: isFreeText,
  prompt: ({ body, scan }) => promptOf(body, scan),
};
