import { fieldAt } from "../../../config/schema/describe";
import type { RouteTypeOf } from "../../../config/schema/provider-matrix";
import { GENAI_CATEGORY_OF, NATIVE_FORMATS, PROVIDER_ROUTES, serves } from "../../../config/schema/provider-matrix";
import { LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";

test("the tables speak of exactly the model's words", () => {
  expect(Object.keys(PROVIDER_ROUTES).sort()).toEqual([...PROVIDERS]);
  expect(Object.keys(NATIVE_FORMATS).sort()).toEqual([...LLM_FORMATS]);
  expect(Object.keys(GENAI_CATEGORY_OF).sort()).toEqual([...ROUTE_TYPES].sort());
  expect(fieldAt("ai-proxy", ["model", "provider"])?.values).toEqual(PROVIDERS);
});

test("every provider serves chat, and everybody serves what is preserved", () => {
  expect(PROVIDERS.filter((provider) => !serves(provider, "llm/v1/chat"))).toEqual([]);
  expect(PROVIDERS.filter((provider) => !serves(provider, "preserve"))).toEqual([]);
});

test.each([
  ["anthropic", "llm/v1/embeddings", false],
  ["anthropic", "llm/v1/batches", true],
  ["openai", "realtime/v1/realtime", true],
  ["vllm", "llm/v1/completions", false],
  ["xai", "llm/v1/responses", true],
] as const)("%s and %s: %p", (provider, routeType, expected) => {
  expect(serves(provider, routeType)).toBe(expected);
});

test("nothing is served before its provider came", () => {
  const number = (version: string): number => Number(version.split(".")[1]);
  for (const routes of Object.values(PROVIDER_ROUTES)) {
    const chat = number(routes["llm/v1/chat"].since ?? "");
    for (const { since } of Object.values(routes) as { since?: string }[])
      if (since !== undefined) expect(number(since)).toBeGreaterThanOrEqual(chat);
  }
});

test("the types say the same", () => {
  const served: readonly RouteTypeOf<"vllm">[] = ["llm/v1/chat", "preserve"];
  expect(served.every((routeType) => serves("vllm", routeType))).toBe(true);
  // @ts-expect-error vllm serves no embeddings
  const other: RouteTypeOf<"vllm"> = "llm/v1/embeddings";
  expect(serves("vllm", other)).toBe(false);
});
