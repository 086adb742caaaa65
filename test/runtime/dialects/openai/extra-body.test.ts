import type { Call } from "../../../../runtime/codecs/codec";
import { choicesAsked } from "../../../../runtime/dialects/openai/choices-asked";
import { isFreeText, PassingOpenAi } from "../../../../runtime/dialects/openai";
import { chat } from "../../../../runtime/surfaces/chat";
import { fc } from "../../../support/properties";
import { callOf, CHAT, serviceOf } from "../../providers/support";

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

const MISTRAL = { mistral_format: "openai" };
const CONVERSATION = { messages: [{ role: "user", content: "hi" }] };

const begin = (provider: "mistral" | "openai", request: object | string) => {
  const call = callOf(CHAT, typeof request === "string" ? request : JSON.stringify({ ...CONVERSATION, ...request }), { model: "m" });
  return serviceOf(provider, CHAT, MISTRAL).codec.begin(call);
};

const lacked = (request: object): readonly string[] => {
  const { ask, model } = callOf(CHAT, JSON.stringify({ ...CONVERSATION, ...request }));
  return serviceOf("mistral", CHAT, MISTRAL)
    .codec.lacks(ask, model)
    .map(({ field }) => field);
};

test.each<[object, readonly string[]]>([
  [{ extra_body: { logprobs: true, top_logprobs: 2 } }, ["logprobs", "top_logprobs"]],
  [{ extra_body: { logit_bias: { 5: -100 }, other: 1 } }, ["logit_bias"]],
  [{ extra_body: { logprobs: false, logit_bias: {} } }, []],
  // the client's own member wins, so that the other one asks for nothing
  [{ logprobs: false, extra_body: { logprobs: true } }, []],
  [{ extra_body: [{ logprobs: true }] }, []],
])("what means something is lacked inside of extra_body as well, and not lost: %j", (request, expected) => {
  expect(lacked(request)).toEqual(expected);
});

test("members that have no effect inside of extra_body are told by names that say where they stood", () => {
  const { body, dropped } = begin("mistral", { seed: 1, extra_body: { seed: 2, user: "u", model: "x", max_tokens: 5, safe_prompt: true } });
  expect(JSON.parse(body!.toString())).toEqual({ ...CONVERSATION, model: "m", safe_prompt: true });
  expect(dropped).toEqual(["seed", "extra_body.user", "extra_body.model", "extra_body.max_tokens"]);
});

test("of two members of one name the later one counts, as for any reader of JSON", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "\\u0061"), fc.nat()), { maxLength: 8 }), (members) => {
      const extra = `{${members.map(([key, value]) => `"${key}":${value}`).join()}}`;
      const { body } = begin("openai", `{"messages":[1],"model":"m","extra_body":${extra}}`);
      expect(JSON.parse(body!.toString())).toEqual({ messages: [1], model: "m", ...(JSON.parse(extra) as object) });
    }),
  );
});

test("what is decided by a member is decided by one inside of extra_body too, as the provider gets it", () => {
  const asked = (extra_body: object, more: object = {}) => callOf(CHAT, JSON.stringify({ ...CONVERSATION, ...more, extra_body })).ask;
  expect(choicesAsked(asked({ n: 3 }))).toBe(3);
  expect(choicesAsked(asked({ n: 3 }, { n: 1 }))).toBe(1);
  expect(isFreeText(asked({ response_format: { type: "json_object" } }))).toBe(false);
  expect(isFreeText(asked({ response_format: { type: "text" } }))).toBe(true);
});

test("what a configured parameter takes the place of is told", () => {
  const parameters = { defaults: [["temperature", "0.5"]], maxTokens: undefined } as const;
  const call = callOf(CHAT, JSON.stringify({ ...CONVERSATION, extra_body: { temperature: 0 } }), { model: "m", parameters });
  const { body, dropped } = serviceOf("openai", CHAT).codec.begin(call);
  expect(JSON.parse(body!.toString())).toEqual({ ...CONVERSATION, model: "m", temperature: 0.5 });
  expect(dropped).toEqual(["extra_body.temperature"]);
});

test("very many are refused before a target is chosen as well", () => {
  const extra_body = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`m${index}`, 1]));
  expect(() => lacked({ extra_body })).toThrow("must have at most 64 members, but it has 65");
});

test("it is gone through once, however many targets and attempts there are", () => {
  const { ask } = callOf(CHAT, JSON.stringify({ ...CONVERSATION, extra_body: { logprobs: true, n: 2 } }));
  const { codec } = serviceOf("mistral", CHAT, MISTRAL);
  expect(codec.lacks(ask, "m")).toEqual([{ field: "logprobs" }]);
  // who went through it anew would find no object any longer
  ask.body[ask.body.indexOf("}}")] = 0x20;
  expect(codec.lacks(ask, "m")).toEqual([{ field: "logprobs" }]);
  expect(choicesAsked(ask)).toBe(2);
});
