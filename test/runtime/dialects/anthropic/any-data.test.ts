import { fc } from "../../../support/properties";
import { AnswerProblem } from "../../../../runtime/conversation/dialect";
import type { Json, JsonObject } from "../../../../runtime/conversation/json";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import {
  CompletionStreamReader,
  lacksOfCompletion,
  readCompletion,
  writeCompletion,
} from "../../../../runtime/dialects/anthropic/complete";
import { asked, called, frame } from "./support";

/** JSON in which members that are read hold anything. */
const names = fc.constantFrom(
  ...[
    "type",
    "content",
    "text",
    "id",
    "name",
    "input",
    "thinking",
    "signature",
    "data",
    "stop_reason",
    "stop_details",
    "explanation",
    "usage",
  ],
  ...["input_tokens", "output_tokens", "cache_read_input_tokens", "output_tokens_details", "thinking_tokens", "model", "error", "message"],
  ...["details", "error_code", "index", "delta", "content_block", "partial_json", "completion", "__proto__"],
  ...["prompt", "stop", "max_tokens", "temperature", "logit_bias", "n"],
);
const words = fc.constantFrom<Json>(
  ...["text", "tool_use", "thinking", "redacted_thinking", "text_delta", "input_json_delta", "thinking_delta", "signature_delta"],
  ...[
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
    "error",
  ],
  ...["completion", "refusal", "__proto__", "", 0, 1, -1, 1e308, null, true],
);
const anything = fc.letrec<{ value: Json; list: Json; map: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, words, tie("map"), tie("list")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(names, tie("value"), { maxKeys: 6 }),
}));

const exchange = anthropic.upstream.begin(asked({ responseFormat: { kind: "json" } }), called());

/** What it gives; undefined if it says that the data is no answer. */
function orProblem<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(AnswerProblem);
    return undefined;
  }
}

test("any JSON is an answer or a problem of the answer", () => {
  fc.assert(
    fc.property(anything.value, (value) => {
      for (const answer of [
        value,
        { content: value },
        { content: [{ type: "tool_use", id: "a", name: "b", input: value }, value], usage: value },
      ]) {
        orProblem(() => exchange.readAnswer(answer));
        orProblem(() => readCompletion(answer));
      }
    }),
    { numRuns: 1000 },
  );
});

test("any JSON is an error that can be told, or none", () => {
  fc.assert(
    fc.property(fc.integer(), anything.value, (status, body) => {
      const error = anthropic.upstream.readError(status, body);

      if (error !== undefined) expect(typeof error.message).toBe("string");
    }),
    { numRuns: 1000 },
  );
});

const event = fc.oneof(
  anything.value,
  fc.record({
    type: words,
    index: fc.oneof(fc.nat(3), words),
    content_block: anything.map,
    delta: anything.map,
    message: anything.value,
    usage: anything.value,
  }),
);

test("any frame of a stream is events or nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(event, fc.string()), { maxLength: 12 }),
      fc.option(fc.constantFrom("error", "completion"), { nil: undefined }),
      (frames, name) => {
        const readers = [exchange.stream(), new CompletionStreamReader()];

        for (const one of frames) {
          for (const reader of readers) {
            const events = reader.read(frame(one, name));
            for (const read of events ?? []) expect(typeof read.type).toBe("string");
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test("any request for a completion can be written", () => {
  fc.assert(
    fc.property(anything.map, (request) => {
      lacksOfCompletion(request);
      const { body } = writeCompletion(request, called());

      expect(body).toMatchObject({ prompt: expect.any(String) as unknown, max_tokens_to_sample: expect.any(Number) as unknown });
    }),
    { numRuns: 500 },
  );
});
