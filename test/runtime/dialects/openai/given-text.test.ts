/** What a request of chat completions holds so that its answer goes on with a text. */
import { PassingOpenAi } from "../../../../runtime/dialects/openai";
import type { Manner } from "../../../../runtime/codecs/resumption";
import { chat } from "../../../../runtime/surfaces/chat";
import { callOf } from "../../codecs/support";
import { CONTINUE, FORM, PREFILL, RESTART, resumptionOf } from "../../../support/resumption";

const passing = new PassingOpenAi({ refuses: [] });
const BODY = '{ "messages" : [ {"role":"user","content":"a\\u0062"} ] , "seed":1.0,"model":"m" }';

function sent(text: string, manner: Manner): string {
  const ask = chat.read(Buffer.from(BODY));
  return passing.begin(callOf({ ask, model: "m", resume: resumptionOf(text, manner) })).body?.toString() ?? "";
}

test("nothing, if it is asked anew: the client's bytes", () => {
  expect(sent("so far", RESTART)).toBe(BODY);
});

test("the text as the assistant's, if its provider continues it; all other bytes stay", () => {
  expect(sent("so far", PREFILL)).toBe(
    '{ "messages" : [ {"role":"user","content":"a\\u0062"} ,{"role":"assistant","content":"so far"}] , "seed":1.0,"model":"m" }',
  );
});

test.each([
  ["a mark on the message", { ...FORM, message: { prefix: true } }, { prefix: true }, {}],
  [
    "members of the request",
    { ...FORM, request: { continue_final_message: true, add_generation_prompt: false } },
    {},
    { continue_final_message: true, add_generation_prompt: false },
  ],
])("and %s, if that is the provider's way", (_what, form, marks, members) => {
  const { messages, ...rest } = JSON.parse(sent("so far", { kind: "prefill", form })) as { readonly messages: readonly unknown[] };
  expect(messages).toEqual([
    { role: "user", content: "ab" },
    { role: "assistant", content: "so far", ...marks },
  ]);
  expect(rest).toEqual({ seed: 1, model: "m", ...members });
});

test("the text and the wish to go on, if its provider does not", () => {
  const { messages } = JSON.parse(sent('"so" far ', CONTINUE)) as { readonly messages: readonly unknown[] };
  expect(messages).toEqual([
    { role: "user", content: "ab" },
    { role: "assistant", content: '"so" far ' },
    { role: "user", content: expect.stringContaining("cut off") as string },
  ]);
});

test("no half of a character, which could not be sent", () => {
  expect(sent("so \ud83d", CONTINUE)).toContain('"content":"so "}');
  expect(sent("so \ud83d\ude00", CONTINUE)).toContain('"content":"so 😀"}');
});
