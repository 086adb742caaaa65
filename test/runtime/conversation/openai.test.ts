/** The openai dialect's halves against each other: what one writes, the other reads. */
import { deepStrictEqual } from "node:assert";
import type { ModelOptions } from "../../../config/types.generated";
import { AnswerProblem } from "../../../runtime/conversation/dialect";
import type { ChatEvent } from "../../../runtime/conversation/events";
import type { Json } from "../../../runtime/conversation/json";
import { client } from "../../../runtime/dialects/openai/client";
import { upstream } from "../../../runtime/dialects/openai/upstream";
import { GatewayError } from "../../../runtime/errors";
import { SseFraming } from "../../../runtime/framing/sse-framing";
import { fc } from "../../support/properties";
import { chatAnswer, chatEvents, json, oddValue, openAiRequest, reparsed, spoilt } from "./arbitraries";

const CALL = { model: "m", stream: false, usage: false, options: { azure_api_version: "2023-05-15" } satisfies ModelOptions };
const WRITE = { model: "asked", id: "made-up", created: 1, usage: true };

const exchange = upstream.begin(client.read({ messages: [{ role: "user", content: "x" }] }), CALL);

/** Reads a stream that comes in pieces. */
function readStream(pieces: readonly Buffer[]): readonly ChatEvent[] {
  const framing = new SseFraming(1024 * 1024);
  const reader = exchange.stream();
  const frames = [...pieces.flatMap((piece) => framing.push(piece)), ...framing.end().frames];
  return frames.flatMap((frame) => {
    const events = reader.read(frame);
    if (events === undefined) throw new Error(`cannot read ${frame.data}`);
    return events;
  });
}

const writeStream = (events: readonly ChatEvent[]): Buffer => {
  const writer = client.stream(WRITE);
  return Buffer.from(events.map((event) => writer.write(event)).join(""));
};

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test("a request comes back the same", () => {
  fc.assert(
    fc.property(openAiRequest, (given) => {
      const request = client.read(given);
      const { body, dropped } = upstream.begin(request, CALL);
      deepStrictEqual(client.read(reparsed(body)), request);
      deepStrictEqual(dropped, []);
    }),
    { numRuns: 2000 },
  );
});

test("an answer comes back the same", () => {
  fc.assert(
    fc.property(chatAnswer, (answer) => {
      deepStrictEqual(exchange.readAnswer(reparsed(client.writeAnswer(answer, WRITE))), answer);
    }),
    { numRuns: 1000 },
  );
});

test("a stream comes back the same, wherever the network cuts", () => {
  fc.assert(
    fc.property(chatEvents, fc.array(fc.nat(), { maxLength: 12 }), (events, places) => {
      deepStrictEqual(readStream(cut(writeStream(events), places)), events);
    }),
    { numRuns: 1000 },
  );
});

test("one stream comes back the same from two pieces, at every cut", () => {
  const events: readonly ChatEvent[] = [
    { type: "started", id: "a", model: "b" },
    { type: "reasoning", choice: 0, block: 0, text: "hm" },
    { type: "signature", choice: 0, block: 0, signature: "s" },
    { type: "text", choice: 0, text: "é🙂\n\u2028" },
    { type: "tool_start", choice: 0, index: 0, id: "c", name: "f" },
    { type: "tool_arguments", choice: 0, index: 0, text: "{}" },
    { type: "finished", choice: 0, finish: "tool_calls" },
    { type: "usage", usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
    { type: "ended" },
  ];
  const bytes = writeStream(events);
  for (let place = 0; place <= bytes.length; place++) deepStrictEqual(readStream(cut(bytes, [place])), events);
  expect(readStream([...bytes].map((byte) => Buffer.from([byte])))).toStrictEqual(events);
});

describe("whatever JSON comes", () => {
  /** Fails for every error but the expected one; undefined if it was thrown. */
  const unless = <T>(kind: new (...given: never[]) => Error, action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      expect(error).toBeInstanceOf(kind);
      expect((error as Error).message.length).toBeLessThan(300);
      return undefined;
    }
  };

  test("a request is read, or refused as wrong_format", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(spoilt(openAiRequest), oddValue), (given) => {
        const request = unless(GatewayError, () => client.read(given));
        if (request === undefined) return;
        read++;
        expect(upstream.lacks(request)).toBeInstanceOf(Array);
        expect(JSON.stringify(upstream.begin(request, CALL).body)).toContain('"messages"');
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(150);
  });

  test("an answer is read, or is an AnswerProblem", () => {
    const written = chatAnswer.map((answer) => reparsed(client.writeAnswer(answer, WRITE)));
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(spoilt(written), oddValue), (given) => {
        const answer = unless(AnswerProblem, () => exchange.readAnswer(given));
        if (answer === undefined) return;
        read++;
        JSON.stringify(client.writeAnswer(answer, WRITE));
      }),
      { numRuns: 1500 },
    );
    expect(read).toBeGreaterThan(150);
  });

  test("a frame is read or left out, and what it says can be written", () => {
    const chunk = chatEvents.chain((events) => {
      const frames = new SseFraming(1024 * 1024).push(writeStream(events)).filter(({ data }) => data.startsWith("{"));
      return fc.constantFrom(...frames.map(({ data }) => JSON.parse(data) as Json));
    });
    const frames = fc.array(
      fc.record({
        event: fc.constantFrom(undefined, "error", "message"),
        data: fc.oneof(spoilt(chunk), oddValue).map((value) => JSON.stringify(value)),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(frames, (given) => {
        const reader = exchange.stream();
        const writer = client.stream(WRITE);
        for (const frame of given) {
          for (const event of reader.read(frame) ?? []) writer.write(event);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("an error is read or says nothing, and can be written", () => {
    const document = fc
      .record({ error: fc.record({ message: json, type: json, code: json, innererror: json }), detail: json })
      .map(reparsed);
    fc.assert(
      fc.property(fc.oneof(spoilt(document), document, oddValue), fc.integer({ min: 400, max: 599 }), (given, status) => {
        const error = upstream.readError(status, given);
        if (error === undefined) return;
        expect(error.message).not.toBe("");
        expect(client.writeError(status, error)).toMatchObject({ error: { message: error.message, param: null } });
      }),
      { numRuns: 1000 },
    );
  });
});
