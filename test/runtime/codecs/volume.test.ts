/** What is large is not read at once, and what is small cannot become large. */
import { GatewayError } from "../../../runtime/errors";
import { MAX_VALUES } from "../../../runtime/conversation/volume";
import { begun, BLOCK, callOf, delta, events, FINISH, MESSAGES, START, STOP, translating } from "./odd-calls";

const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);

const lacks = (request: object): unknown => {
  try {
    return translating.lacks(callOf(request).ask, undefined);
  } catch (error) {
    return error instanceof GatewayError ? error.code : error;
  }
};

const calling = (count: number, input: string): object => ({
  messages: [
    ...MESSAGES,
    {
      role: "assistant",
      tool_calls: Array.from({ length: count }, () => ({ id: "a", type: "function", function: { name: "f", arguments: input } })),
    },
  ],
});

test("a request with more values than any is refused before it is parsed", () => {
  expect(lacks({ messages: MESSAGES, metadata: zeros(MAX_VALUES) })).toBe("wrong_format");
  expect(lacks({ messages: MESSAGES, metadata: zeros(1_000) })).toEqual([]);
});

test("so are the arguments of tool calls, all together", () => {
  const input = JSON.stringify({ a: zeros(MAX_VALUES / 8) });
  expect(lacks(calling(4, input))).toEqual([]);
  expect(lacks(calling(20, input))).toBe("wrong_format");
  expect(lacks(calling(20, JSON.stringify({ a: "x".repeat(MAX_VALUES) })))).toEqual([]);
});

test("a whole answer with more values than any is none", () => {
  const answer = { content: [{ type: "tool_use", id: "a", name: "f", input: zeros(MAX_VALUES) }], stop_reason: "tool_use" };
  expect(begun().readAnswer(Buffer.from(JSON.stringify(answer)))).toMatchObject({ ok: false });
});

const large = { type: "ping", values: zeros(100_000) };

test("an event with more values than any is left out of a stream", () => {
  const stream = begun({ stream: true }).stream();
  expect(stream.push(events([START, BLOCK, large, delta("a"), FINISH, STOP])).toString()).toContain('"content":"a"');
  expect(stream).toMatchObject({ skipped: 1, complete: true });
});

test("and of a stream that nobody asked for", () => {
  const conversion = begun();
  conversion.carriage(200, "text/event-stream");
  expect(conversion.readAnswer(events([START, BLOCK, large, delta("a"), FINISH, STOP]))).toMatchObject({ ok: true });
});

test("a provider's id and model do not grow with the number of events", () => {
  const stream = begun({ stream: true }).stream();
  const long = "x".repeat(1_000_000);
  const deltas = Array.from({ length: 100 }, () => delta("a"));
  const sent = events([{ type: "message_start", message: { id: long, model: long } }, BLOCK, ...deltas, FINISH, STOP]);
  expect(stream.push(sent).length).toBeLessThan(100_000);
  expect(stream.complete).toBe(true);
});
