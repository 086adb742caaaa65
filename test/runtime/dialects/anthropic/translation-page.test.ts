import type { CompletionCreateParamsBase } from "openai/resources/completions";
import type { ChatCompletionCreateParamsBase } from "openai/resources/chat/completions";
import type { StopReason } from "@anthropic-ai/sdk/resources/messages";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { code, table } from "../../../../config/generate/markdown";
import { validatePlugin } from "../../../../config/validate";
import type { ClientSpeech, UpstreamSpeech } from "../../../../runtime/codecs/speech";
import type { Json } from "../../../../runtime/conversation/json";
import { finishOf } from "../../../../runtime/dialects/anthropic/finish";
import { traitsOf, type ModelTraits } from "../../../../runtime/dialects/anthropic/models";
import { completeSpeech, messagesSpeech } from "../../../../runtime/dialects/anthropic/speech";
import { writeError } from "../../../../runtime/dialects/openai/errors";
import { chatSpeech, completionsSpeech } from "../../../../runtime/dialects/openai/speech";
import { knownModels } from "./schema";
import { called } from "./support";

const page = readFileSync(join(__dirname, "../../../../docs/translation.md"), "utf8");

/** The page has the table; a failure shows it as it must be. */
function expectTable(heading: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const found = section.split("\n\n").find((block) => block.startsWith(`| ${head[0]} `));
  expect(found?.trim()).toBe(table(head, rows));
}

/** A value that asks for something, for each member of OpenAI's chat completions; the type-check tells of a new one. */
const CHAT: Readonly<Record<keyof ChatCompletionCreateParamsBase, Json>> = {
  messages: [{ role: "user", content: "Hi" }],
  model: "claude-sonnet-4-5",
  audio: { voice: "alloy", format: "wav" },
  frequency_penalty: 1,
  function_call: "auto",
  functions: [{ name: "add" }],
  logit_bias: { "50256": -100 },
  logprobs: true,
  max_completion_tokens: 5000,
  max_tokens: 5000,
  metadata: { team: "a" },
  modalities: ["text", "audio"],
  moderation: { model: "omni-moderation-latest" },
  n: 2,
  parallel_tool_calls: false,
  prediction: { type: "content", content: "Hi" },
  presence_penalty: 1,
  prompt_cache_key: "a",
  prompt_cache_options: {},
  prompt_cache_retention: "24h",
  reasoning_effort: "high",
  response_format: { type: "json_object" },
  safety_identifier: "a",
  seed: 1,
  service_tier: "flex",
  stop: "END",
  store: true,
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0.5,
  tool_choice: "required",
  tools: [{ type: "function", function: { name: "add" } }],
  top_logprobs: 2,
  top_p: 0.5,
  user: "a",
  verbosity: "low",
  web_search_options: {},
};

/** Members that other providers and their clients have added to it. */
const CHAT_EXTENSIONS: Readonly<Record<string, Json>> = {
  extra_body: { container: "a" },
  previous_response_id: "resp_1",
  reasoning: { effort: "high" },
  top_k: 5,
};

const COMPLETIONS: Readonly<Record<keyof CompletionCreateParamsBase, Json>> = {
  model: "claude-2.1",
  prompt: "Hi",
  best_of: 2,
  echo: true,
  frequency_penalty: 1,
  logit_bias: { "50256": -100 },
  logprobs: 1,
  max_tokens: 5,
  n: 2,
  presence_penalty: 1,
  seed: 1,
  stop: "END",
  stream: true,
  stream_options: { include_usage: true },
  suffix: "a",
  temperature: 0.5,
  top_p: 0.5,
  user: "a",
};

/** Names by what becomes of them. */
function fates<Request>(
  client: ClientSpeech<Request>,
  { dialect: upstream }: UpstreamSpeech<Request>,
  base: readonly string[],
  all: Readonly<Record<string, Json>>,
): string[][] {
  const fate = new Map<string, string[]>([
    ["sent", []],
    ["refused", []],
    ["dropped", []],
  ]);
  const needed = Object.fromEntries(base.map((name) => [name, all[name] ?? null]));
  for (const name of Object.keys(all).sort()) {
    const request = client.dialect.read({ ...needed, [name]: all[name] ?? null });
    const lacking = upstream.lacks(request, "claude-sonnet-4-5").some(({ field }) => field === name);
    const dropped = upstream.begin(request, called()).dropped.includes(name);
    fate.get(lacking ? "refused" : dropped ? "dropped" : "sent")?.push(code(name));
  }
  return [...fate].map(([word, names]) => [word, names.join(", ")]);
}

test("the page says what becomes of each member of a chat request", () => {
  const rows = fates(chatSpeech, messagesSpeech, ["messages"], { ...CHAT, ...CHAT_EXTENSIONS });
  expectTable("What becomes of a request's members", ["chat", "members"], rows);
});

test("the page says what becomes of each member of a legacy completion", () => {
  const rows = fates(completionsSpeech, completeSpeech, ["prompt"], { ...COMPLETIONS, top_k: 5 });
  expectTable("Legacy completions", ["completions", "members"], rows);
});

const STOP_REASONS: Readonly<Record<StopReason, true>> = {
  end_turn: true,
  stop_sequence: true,
  pause_turn: true,
  max_tokens: true,
  model_context_window_exceeded: true,
  tool_use: true,
  refusal: true,
};

test("the page says how a model's reasons to stop are told", () => {
  const rows = Object.keys(STOP_REASONS).map((reason) => [code(reason), code(finishOf(reason, true))]);
  expectTable(
    "Why a model stopped",
    ["Anthropic's `stop_reason`", "OpenAI's `finish_reason`"],
    [...rows, ["any other", code(finishOf("new", true))]],
  );
});

const STATUSES: readonly (readonly [string, number])[] = [
  ...[401, 402, 403, 404, 413, 429].map((status) => [String(status), status] as const),
  ["other 4xx", 400],
  ["503, 529", 503],
  ["other 5xx", 500],
];

/** Type and code that a client is told. */
function words(status: number, refusal?: "context_length" | "content_filter"): string[] {
  const { error } = writeError(status, { message: "m", type: undefined, code: undefined, refusal }) as {
    error: { type: string; code: string | null };
  };
  return [code(error.type), error.code === null ? "the provider's, else null" : code(error.code)];
}

test("the page says how a provider's errors are told", () => {
  expect(words(529)).toEqual(words(503));
  expectTable(
    "Errors",
    ["what the provider says", "`type`", "`code`"],
    [
      ["the request is too long for the model", ...words(400, "context_length")],
      ["a content filter refuses it", ...words(400, "content_filter")],
      ...STATUSES.map(([name, status]) => [name, ...words(status)]),
    ],
  );
});

/** Rows of the page; all models of a row are alike. */
const MODELS: readonly (readonly [string, readonly string[]])[] = [
  ["Opus 5.5, Fable 5.1, Mythos 5.1", ["claude-opus-5-5", "claude-fable-5-1", "claude-mythos-5-1"]],
  ["Sonnet 5.5", ["claude-sonnet-5-5"]],
  ["Fable 5, Mythos 5", ["claude-fable-5", "claude-mythos-5"]],
  ["Opus 5, Haiku 5.5", ["claude-opus-5", "claude-haiku-5-5"]],
  ["Sonnet 5", ["claude-sonnet-5"]],
  ["Opus 4.8", ["claude-opus-4-8"]],
  ["Opus 4.7", ["claude-opus-4-7"]],
  ["Opus 4.6, Sonnet 4.6, Mythos preview", ["claude-opus-4-6", "claude-sonnet-4-6", "claude-mythos-preview"]],
  ["Opus 4.5, Sonnet 4.5, Haiku 4.5", ["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"]],
  ["Opus 4.1", ["claude-opus-4-1"]],
  ["Opus 4", ["claude-opus-4"]],
  ["Sonnet 4, Sonnet 3.7", ["claude-sonnet-4", "claude-3-7-sonnet-20250219"]],
  ["Sonnet 3.5, Haiku 3.5", ["claude-3-5-sonnet-20241022", "claude-3-5-haiku-20241022"]],
  ["Opus 3, Haiku 3", ["claude-3-opus-20240229", "claude-3-haiku-20240307"]],
  ["any other", ["claude-2.1", "my-model"]],
];

const THINKING: Readonly<Record<ModelTraits["thinking"], string>> = {
  none: "no",
  budget: "within a budget",
  both: "by effort, or within a budget",
  adaptive: "by effort",
};
const OFF: Readonly<Record<ModelTraits["off"], string>> = {
  omit: "",
  disabled: "",
  between_tools: "; if off, still between tools",
  never: "; never off",
};
const SAMPLING: Readonly<Record<ModelTraits["sampling"], string>> = { all: "yes", one: "not the first two together", none: "no" };

test("the page says what models take", () => {
  const yes = (is: boolean): string => (is ? "yes" : "no");
  const rows = MODELS.map(([title, names]) => {
    const [traits, ...others] = names.map(traitsOf);
    if (traits === undefined) throw new Error(`no model is given for ${title}`);
    for (const other of others) expect(other).toEqual(traits);
    const { maxTokens, thinking, off, sampling, schemas, forcedTools, prefill, systemTurns } = traits;
    const thinks = `${THINKING[thinking]}${OFF[off]}`;
    return [
      title,
      maxTokens.toLocaleString("en"),
      thinks,
      SAMPLING[sampling],
      yes(schemas),
      yes(forcedTools),
      yes(prefill),
      yes(systemTurns),
    ];
  });
  expectTable(
    "Models",
    [
      "Claude",
      "largest answer in tokens",
      "thinks",
      "`temperature`, `top_p`, `top_k`",
      "JSON schemas",
      "can be made to call a tool",
      "goes on with an answer",
      "system messages in between",
    ],
    rows,
  );
});

test("every model that the SDK names is in the table", () => {
  const listed = MODELS.flatMap(([, names]) => names.map(traitsOf));
  expect(knownModels().filter((model) => !listed.includes(traitsOf(model)))).toEqual([]);
});

test("the page says which share of the answer's tokens an effort is", () => {
  const shares = [...page.matchAll(/\b(minimal|low|medium|high|xhigh) (\d+) %/g)].map(
    ([, effort = "", share]) => [effort, Number(share)] as const,
  );
  expect(shares).toHaveLength(5);
  for (const [effort, share] of shares) {
    const request = chatSpeech.dialect.read({ messages: CHAT.messages, max_tokens: 20_000, reasoning_effort: effort });
    const { body } = messagesSpeech.dialect.begin(request, called());
    expect(body).toMatchObject({ thinking: { type: "enabled", budget_tokens: share * 200 } });
  }
});

test("the page's target is one without a problem", () => {
  const targets = parse(page.split("\n\n").find((block) => block.startsWith("    - ")) ?? "") as unknown;
  expect(targets).toHaveLength(1);
  expect(validatePlugin("ai-proxy-advanced", { targets }).problems).toEqual([]);
});
