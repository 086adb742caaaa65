import { knownModels } from "./schema";
import { traitsOf } from "../../../../runtime/dialects/anthropic/models";

test.each([
  ["claude-opus-5-5", 128_000, "adaptive", "never", "none", false],
  ["claude-opus-5", 128_000, "adaptive", "disabled", "none", true],
  ["claude-opus-4-8", 128_000, "adaptive", "omit", "none", true],
  ["claude-opus-4-7", 128_000, "adaptive", "omit", "none", true],
  ["claude-opus-4-6", 128_000, "both", "omit", "one", true],
  ["claude-opus-4-5-20251101", 64_000, "budget", "omit", "one", true],
  ["claude-opus-4-1-20250805", 32_000, "budget", "omit", "one", true],
  ["claude-opus-4-20250514", 32_000, "budget", "omit", "all", true],
  ["claude-opus-4@20250514", 32_000, "budget", "omit", "all", true],
  ["claude-opus-7", 128_000, "adaptive", "never", "none", false],
  ["claude-sonnet-5-5", 128_000, "adaptive", "between_tools", "none", false],
  ["claude-sonnet-5", 128_000, "adaptive", "disabled", "none", true],
  ["claude-sonnet-4-6", 128_000, "both", "omit", "one", true],
  ["anthropic.claude-sonnet-4-5-20250929-v1:0", 64_000, "budget", "omit", "one", true],
  ["claude-3-7-sonnet-latest", 64_000, "budget", "omit", "all", true],
  ["claude-3-5-sonnet-20241022", 8192, "none", "omit", "all", true],
  ["claude-haiku-5-5", 128_000, "adaptive", "disabled", "none", true],
  ["claude-haiku-4-5", 64_000, "budget", "omit", "one", true],
  ["claude-3-haiku-20240307", 4096, "none", "omit", "all", true],
  ["claude-fable-5-1", 128_000, "adaptive", "never", "none", false],
  ["claude-fable-5", 128_000, "adaptive", "never", "none", true],
  ["claude-mythos-preview", 128_000, "both", "omit", "one", true],
  ["anthropic/claude-4.7-opus", 128_000, "adaptive", "omit", "none", true],
  ["claude-2.1", 4096, "budget", "omit", "all", true],
  ["claude-opus-20250514", 4096, "budget", "omit", "all", true],
  ["gpt-5", 4096, "budget", "omit", "all", true],
  ["", 4096, "budget", "omit", "all", true],
  [`${"claude-opus-".repeat(1000)}5-5`, 4096, "budget", "omit", "all", true],
])("%s", (model, maxTokens, thinking, off, sampling, forcedTools) => {
  expect(traitsOf(model)).toMatchObject({ maxTokens, thinking, off, sampling, forcedTools });
});

test("every model that the SDK names is known", () => {
  const unknown = traitsOf("unknown");

  expect(knownModels().length).toBeGreaterThan(10);
  expect(knownModels().filter((model) => traitsOf(model) === unknown)).toEqual([]);
});
