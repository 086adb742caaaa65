import type { TargetConfig } from "../../../config/types.generated";
import type { PrefillForm } from "../../../runtime/codecs/resumption";
import { anthropic } from "../../../runtime/providers/anthropic";
import { openai } from "../../../runtime/providers/openai";
import type { Provider } from "../../../runtime/providers/provider";
import { chat } from "../../../runtime/surfaces/chat";

const ask = chat.read(Buffer.from('{"messages":[{}]}'));
const formOf = (provider: Provider, model: string | undefined): PrefillForm | undefined =>
  provider.serve(chat, {} as TargetConfig)?.traits.prefill(model, ask);

test("OpenAI's models do not continue a text of the assistant", () => {
  expect(formOf(openai, "gpt-4o")).toBeUndefined();
});

test.each([
  ["claude-sonnet-4-5", true],
  ["claude-opus-4-1-20250805", true],
  ["claude-3-5-haiku-20241022", true],
  ["claude-opus-4-6", false],
  ["claude-sonnet-4-6", false],
  ["claude-opus-5", false],
  [undefined, false],
])("Anthropic's %s does: %s, without white space at its end", (model, does) => {
  expect(formOf(anthropic, model)).toEqual(does ? { message: {}, request: {}, echoes: false, trims: true } : undefined);
});
