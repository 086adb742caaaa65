/** How a translated answer ends, whatever the provider leaves out or adds. */
import { begun, BLOCK, delta, events, FINISH, START, STOP } from "./odd-calls";

const ERROR = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

function streamed(given: readonly object[]): { readonly text: string; readonly complete: boolean } {
  const stream = begun({ stream: true, usage: "on" }).stream();
  const text = stream.push(events(given)).toString() + stream.end().toString();
  return { text, complete: stream.complete };
}

test("a stream that ends behind its finish gets the usage and the end mark that the client waits for", () => {
  const { text, complete } = streamed([START, BLOCK, delta("a"), FINISH]);
  expect(complete).toBe(true);
  expect(text.match(/"total_tokens":3/g)).toHaveLength(1);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

test("it gets them once", () => {
  const { text } = streamed([START, BLOCK, delta("a"), FINISH, STOP]);
  expect(text.match(/\[DONE\]/g)).toHaveLength(1);
  expect(text.match(/"total_tokens"/g)).toHaveLength(1);
});

test.each([
  ["before its finish", [START, BLOCK, delta("a")]],
  ["with an error", [START, BLOCK, delta("a"), FINISH, ERROR]],
])("a stream that ends %s gets none", (_where, given) => {
  const { text, complete } = streamed(given);
  expect(complete).toBe(false);
  expect(text).not.toContain("[DONE]");
});

function whole(given: readonly object[] | object): unknown {
  const conversion = begun();
  const isStream = Array.isArray(given);
  conversion.carriage(200, isStream ? "text/event-stream" : "application/json");
  return conversion.readAnswer(isStream ? events(given as readonly object[]) : Buffer.from(JSON.stringify(given)));
}

test.each([
  ["an error behind the end mark", [START, BLOCK, delta("a"), FINISH, STOP, ERROR]],
  ["text behind the end mark", [START, BLOCK, delta("a"), FINISH, STOP, delta("b")]],
  ["no finish before the end mark", [START, BLOCK, delta("a"), STOP]],
])("a stream that nobody asked for, with %s, is the answer in front of it", (_what, given) => {
  const answer = whole(given) as { readonly ok: boolean; readonly written: { readonly body: Buffer } };
  expect(answer.ok).toBe(true);
  expect(JSON.parse(answer.written.body.toString())).toMatchObject({ choices: [{ message: { content: "a" } }] });
});

test.each([
  ["nothing", [STOP]],
  ["no end", [START, BLOCK, delta("a")]],
])("a stream that nobody asked for and that tells %s is no answer", (_what, given) => {
  expect(whole(given)).toMatchObject({ ok: false, reason: "is a stream that ended before it was complete" });
});

test("a provider's error with status 200 is told, as far as it is not long", () => {
  const error = { type: "error", error: { type: "api_error", message: "x".repeat(100_000) } };
  const reason = `reports an error: ${"x".repeat(500)}`;
  expect(whole(error)).toEqual({ ok: false, reason });
  expect(whole([START, error])).toEqual({ ok: false, reason });
});
