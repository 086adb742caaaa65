import { ask, callOf, codec } from "./calls";
import type { Exchange } from "./payloads";
import type { Comparison } from "./turns";

/** Translates one request and its answer. @returns the bytes that were written */
function translate({ request, answer }: Exchange): readonly [sent: Buffer | undefined, given: Buffer | undefined] {
  const call = callOf(ask(request));
  codec.lacks(call.ask, call.model);
  const conversion = codec.begin(call);
  conversion.carriage(200, "application/json");
  const read = conversion.readAnswer(answer);
  return [conversion.body, read.ok ? read.written?.body : undefined];
}

/**
 * A request and its answer, from bytes to bytes, with the reading of the request that every exchange needs, against parsing and printing both.
 * @throws Error if they are not translated
 */
export function exchangeComparison(exchange: Exchange, goal: number): Comparison {
  const [sent, given] = translate(exchange);
  const written = [sent?.includes('"max_tokens":') === true, given?.includes('"object":"chat.completion"') === true];
  if (written.includes(false)) throw new Error(`The ${exchange.name} must be translated, but gave ${String(sent)} and ${String(given)}`);
  const texts = [exchange.request.toString(), exchange.answer.toString()];
  let length = 0;
  return {
    name: exchange.name,
    unit: "exchange",
    goal,
    work: (times) => {
      for (let at = 0; at < times; at++) length = translate(exchange)[1]?.length ?? 0;
    },
    base: (times) => {
      for (let at = 0; at < times; at++) for (const text of texts) length = JSON.stringify(JSON.parse(text)).length + (length % 2);
    },
  };
}
