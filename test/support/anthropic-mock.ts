import type { LLMock } from "@copilotkit/aimock";

/** What the tool `weather` gives back in the tests with the mock, as JSON text. */
export const WEATHER: Readonly<Record<string, { readonly city: string; readonly celsius: number }>> = {
  Paris: { city: "Paris", celsius: 20 },
  Oslo: { city: "Oslo", celsius: -5 },
};

/** Their ids are such as every provider takes: Mistral wants nine letters and digits. */
export const TWO_CALLS = [
  { id: "toolu0001", name: "weather", arguments: '{"city":"Paris"}' },
  { id: "toolu0002", name: "weather", arguments: '{"city":"Oslo"}' },
] as const;

const RESULTS = [
  ["toolu0001", JSON.stringify(WEATHER["Paris"])],
  ["toolu0002", JSON.stringify(WEATHER["Oslo"])],
];

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/**
 * Asked about the weather, the mock says something, calls two tools at once, and answers as soon as the calls and both results have come back.
 * @param more what the answer with the calls holds beside them
 */
export function expectTools(mock: LLMock, more: object = {}): void {
  mock.on({ userMessage: /weather/, hasToolResult: false }, { content: "Let me see.", toolCalls: [...TWO_CALLS], ...more });
  mock.on(
    {
      userMessage: /weather/,
      predicate: ({ messages }) => {
        const results = messages.flatMap((one) => (one.role === "tool" ? [[one.tool_call_id, one.content]] : []));
        const calls = messages.find((one) => one.role === "assistant")?.tool_calls;
        const called = calls?.map(({ id, function: { name, arguments: text } }) => ({ id, name, arguments: text }));
        return same(results, RESULTS) && same(called, TWO_CALLS);
      },
    },
    { content: "Oslo is colder." },
  );
}
