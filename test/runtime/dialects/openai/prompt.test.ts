import { promptOf } from "../../../../runtime/dialects/openai/prompt";
import { scanObject, type ObjectScan } from "../../../../runtime/json/scan";
import { fc } from "../../../support/properties";

const prompt = (request: unknown): string => {
  const body = Buffer.from(JSON.stringify(request));
  return promptOf(body, scanObject(body) as ObjectScan);
};

const user = (content: unknown) => ({ role: "user", content });
const system = (content: unknown) => ({ role: "system", content });
const assistant = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const image = { type: "image_url", image_url: { url: "data:image/png;base64,xyz" } };

test.each<[string, unknown, string]>([
  ["one message", { messages: [user("hi")] }, "hi"],
  ["the system message behind the question", { messages: [system("be brief"), user("hi")] }, "hi\nbe brief"],
  [
    "developer and system messages at the beginning",
    { messages: [{ role: "developer", content: "d" }, system("s"), user("u")] },
    "u\nd\ns",
  ],
  ["the last turn alone", { messages: [system("s"), user("old"), assistant("answer"), user("new")] }, "new\ns"],
  ["all user messages of the turn, in order", { messages: [user("old"), assistant("a"), user("one"), user("two")] }, "one\ntwo"],
  [
    "the question that calls of tools follow",
    { messages: [user("old"), assistant("a"), user("weather?"), assistant(null, { tool_calls: [] }), { role: "tool", content: "20 °C" }] },
    "weather?",
  ],
  [
    "text among images",
    { messages: [user([image, { type: "text", text: "what " }, image, { type: "text", text: "is this" }])] },
    "what is this",
  ],
  ["a system message in the middle is none of those that begin", { messages: [user("u"), system("s")] }, "u"],
  ["no user message", { messages: [system("s"), assistant("a")] }, "s"],
  ["a completion", { prompt: "Once" }, "Once"],
  ["a completion of several prompts", { prompt: ["one", 7, "two"] }, "one\ntwo"],
  ["tokens", { prompt: [1, 2, 3] }, ""],
  ["neither", { model: "m" }, ""],
  ["no messages", { messages: [] }, ""],
  ["messages that are none", { messages: "hi" }, ""],
  ["odd messages", { messages: [null, 3, "x", [], { role: 7 }, { role: "user" }, user(null), user({ text: "no" })] }, ""],
  ["prototype names", { messages: [JSON.parse('{"role":"user","content":"u","__proto__":{"content":"x"}}')] }, "u"],
])("%s", (_, request, expected) => {
  expect(prompt(request)).toBe(expected);
});

test("a body that is no JSON has none", () => {
  expect(promptOf(Buffer.from("--boundary"), undefined)).toBe("");
});

test("at most 8,192 characters, of which the question comes first; no character is cut", () => {
  expect(prompt({ messages: [system("s".repeat(9000)), user("q")] })).toBe(`q\n${"s".repeat(8190)}`);
  expect(prompt({ messages: [user(`${"x".repeat(8191)}😀`)] })).toBe("x".repeat(8191));
  expect(prompt({ prompt: `${"x".repeat(8190)}😀y` })).toBe(`${"x".repeat(8190)}😀`);
});

test("images of some megabytes hide no text, and messages beyond the limit are not read", () => {
  const big = { type: "image_url", image_url: { url: `data:${"A".repeat(1_500_000)}` } };
  expect(
    prompt({
      messages: [system("s"), user([big, { type: "text", text: "old" }]), assistant("a"), user([{ type: "text", text: "q" }, big])],
    }),
  ).toBe("q\ns");
  expect(prompt({ messages: [system("s"), user("far"), ...Array.from({ length: 4 }, () => assistant("A".repeat(1_500_000)))] })).toBe("");
  expect(prompt({ messages: [user("far"), ...Array.from({ length: 5000 }, () => assistant(""))] })).toBe("");
});

test("whatever a client sends, there is a text or none", () => {
  const content = fc.oneof(fc.string(), fc.array(fc.record({ type: fc.string(), text: fc.jsonValue() })), fc.jsonValue());
  const message = fc.oneof(fc.record({ role: fc.constantFrom("user", "system", "assistant", "tool"), content }), fc.jsonValue());
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("messages", "prompt", "model"), fc.oneof(fc.array(message), fc.jsonValue())), (request) => {
      const text = prompt(request);
      expect(typeof text).toBe("string");
      expect(text.length).toBeLessThanOrEqual(8192);
    }),
  );
});
