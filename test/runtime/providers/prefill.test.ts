import type { Provider as ProviderName, TargetConfig } from "../../../config/types.generated";
import type { PrefillForm } from "../../../runtime/codecs/resumption";
import { providers } from "../../../runtime/providers";
import { chat } from "../../../runtime/surfaces/chat";

const ask = chat.read(Buffer.from('{"messages":[{}]}'));
const formOf = (provider: ProviderName, model: string | undefined): PrefillForm | undefined =>
  providers
    .get(provider)
    ?.serve(chat, { model: { options: { mistral_format: "openai" } } } as TargetConfig)
    ?.traits.prefill(model, ask);

test("OpenAI's models do not continue a text of the assistant", () => {
  expect(formOf("openai", "gpt-4o")).toBeUndefined();
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
  expect(formOf("anthropic", model)).toEqual(does ? { message: {}, request: {}, echoes: false, trims: true } : undefined);
});

test("Mistral is told by the message and says the text again, vLLM is told by the request; DeepSeek would need another address", () => {
  expect(formOf("mistral", "mistral-large-latest")).toEqual({ message: { prefix: true }, request: {}, echoes: true, trims: false });
  expect(formOf("vllm", "any")).toMatchObject({ request: { continue_final_message: true, add_generation_prompt: false }, echoes: false });
  expect(formOf("deepseek", "deepseek-chat")).toBeUndefined();
});
