/** Streams of several choices that are translated, and content that the neutral words have no place for. */
import { TranslatedStream } from "../../../runtime/codecs/translated-stream";
import { Assembly } from "../../../runtime/conversation/assemble";
import { client } from "../../../runtime/dialects/openai/client";
import { upstream } from "../../../runtime/dialects/openai/upstream";
import { chatSpeech, completionsSpeech } from "../../../runtime/dialects/openai/speech";
import { SseFraming } from "../../../runtime/framing/sse-framing";

const WORDS = { id: "made-up", model: "m", created: 1, usage: false };

function streamOf(choices: number): TranslatedStream {
  const request = client.read({ messages: [{ role: "user", content: "x" }] });
  return new TranslatedStream({
    framing: new SseFraming(1024),
    reader: upstream.begin(request, { model: "m", stream: true, usage: false, options: { azure_api_version: "x" } }).stream(),
    writer: client.stream(WORDS),
    words: WORDS,
    fail: (error) => chatSpeech.errorEvent(error),
    keepText: true,
    resumed: undefined,
    choices,
  });
}

const event = (index: number, delta: object, finish_reason: string | null = null): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ id: "i", choices: [{ index, delta, finish_reason }] })}\n\n`);

test.each([
  ["one of two that began", 2, [event(0, { content: "a" }), event(1, { content: "b" }), event(0, {}, "stop")], false],
  ["one before the other began", 2, [event(0, { content: "a" }, "stop")], false],
  ["both", 2, [event(0, { content: "a" }, "stop"), event(1, {}, "stop")], true],
  ["the only one", 1, [event(0, { content: "a" }, "stop")], true],
])("a translated stream without an end mark is complete when all choices have finished: %s", (_name, choices, events, complete) => {
  const stream = streamOf(choices);
  const given = events.map((one) => stream.push(one).toString()).join("") + stream.end().toString();
  expect(stream.complete).toBe(complete);
  expect(given.includes("[DONE]")).toBe(complete);
});

test("an answer is put together when all choices have finished", () => {
  const assembly = new Assembly(2);
  assembly.add({ type: "finished", choice: 0, finish: "stop" });
  expect(assembly.complete).toBe(false);
  assembly.add({ type: "unexpressed", choice: 1 });
  expect(assembly.complete).toBe(false);
  assembly.add({ type: "finished", choice: 1, finish: "stop" });
  expect(assembly.complete).toBe(true);
});

test("content without a word of its own counts, and the client is told that its choice has begun", () => {
  const stream = streamOf(1);
  expect(stream.push(event(0, { role: "assistant" })).toString()).toContain('"role":"assistant"');
  expect(stream.content).toBe(false);
  expect(stream.push(event(0, { images: [{}] })).toString()).toBe("");
  expect(stream.content).toBe(true);
  expect(stream.resumePoint()).toBeUndefined();
  expect(stream.push(event(1, { images: [{}] })).toString()).toContain('"index":1,"delta":{"role":"assistant"}');
});

test.each([
  ["a chat", chatSpeech.choices(client.read({ messages: [{ role: "user", content: "x" }], n: 2 })), 2],
  ["a chat that asks for nothing", chatSpeech.choices(client.read({ messages: [{ role: "user", content: "x" }] })), 1],
  ["a completion of two prompts", completionsSpeech.choices({ prompt: ["a", "b"], n: 2 }), 4],
  ["a completion of tokens", completionsSpeech.choices({ prompt: [1, 2, 3] }), 1],
  ["a completion", completionsSpeech.choices({ prompt: "a" }), 1],
])("choices that are asked for: %s", (_name, choices, expected) => {
  expect(choices).toBe(expected);
});
