import type { Call } from "../../../../runtime/codecs/codec";
import { PassingOpenAi } from "../../../../runtime/dialects/openai";
import { chat } from "../../../../runtime/surfaces/chat";

const codec = new PassingOpenAi({ refuses: ["top_k"] });

function sent(body: string, more: Partial<Call> = {}): unknown {
  const call = {
    ask: chat.read(Buffer.from(body)),
    model: "m",
    parameters: { defaults: [["temperature", "0.5"]], maxTokens: 10 },
    stream: false,
    usage: "off",
    ...more,
  } as Call;
  return JSON.parse(codec.begin(call).body?.toString() ?? "");
}

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]';
const HEAD = { messages: [{ role: "user", content: "hi" }], model: "m", temperature: 0.5, max_tokens: 10 };

test.each<[string, object]>([
  ['"extra_body":{"guided_choice":["a","b"],"é":{"n":1e400}}', { guided_choice: ["a", "b"], é: { n: Infinity } }],
  ['"extra_body":{}', {}],
  // what the gateway sets, what the client says outside, and what the provider refuses
  ['"extra_body":{"model":"other","stream":true,"max_tokens":99,"temperature":2,"top_k":3,"messages":[]}', {}],
  ['"seed":1,"extra_body":{"seed":2,"user":"u"}', { seed: 1, user: "u" }],
])("the members of extra_body stand in the body: %s", (members, expected) => {
  expect(sent(`{${MESSAGES},${members}}`)).toEqual({ ...HEAD, ...expected });
});

test.each(["null", "[1]", '"text"', "3"])("an extra_body that is no object (%s) is the provider's to refuse", (value) => {
  expect(sent(`{${MESSAGES},"extra_body":${value}}`)).toEqual({ ...HEAD, extra_body: JSON.parse(value) as unknown });
});

test("an extra_body of very many members is refused, as the work grows with their square", () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 1])));
  expect(() => sent(`{${MESSAGES},"extra_body":${many}}`)).toThrow("'extra_body' must have at most 64 members, but it has 65");
});
