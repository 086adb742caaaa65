import { fc } from "../../../support/properties";
import { client } from "../../../../runtime/dialects/openai/client";
import { readRefusal, refusalOf } from "../../../../runtime/dialects/openai/refusal";
import { REFUSAL_CODES, REFUSAL_TEXTS } from "../../../../runtime/dialects/openai/refusal-table";
import { upstream } from "../../../../runtime/dialects/openai/upstream";
import type { Json } from "../../../../runtime/conversation/json";

const openai = (message: string, code: Json = null, type = "invalid_request_error"): Json => ({
  error: { message, type, param: null, code },
});
const unwrapped = (message: Json, code: Json = 400, type = "BadRequestError"): Json => ({
  object: "error",
  message,
  type,
  param: null,
  code,
});

const VLLM_REQUESTED =
  "This model's maximum context length is 2048 tokens. However, you requested 6751 tokens (6719 in the messages, 32 in the completion). Please reduce the length of the messages or completion.";

const TOO_LONG: readonly (readonly [from: string, status: number, body: Json])[] = [
  ["OpenAI", 400, openai("This model's maximum context length is 8192 tokens. …", "context_length_exceeded")],
  ["OpenAI, by code alone", 400, openai("Nothing is said.", "context_length_exceeded")],
  ["OpenAI, responses", 400, openai("Your input exceeds the context window of this model. Please adjust your input and try again.")],
  [
    "OpenAI, models that reason",
    400,
    openai("Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 306000 tokens."),
  ],
  ["Azure", 400, openai("This model's maximum context length is 16385 tokens. However, your messages resulted in 16640 tokens.", "400")],
  ["vLLM", 400, unwrapped(VLLM_REQUESTED)],
  ["vLLM, wrapped, code as a number", 400, openai(VLLM_REQUESTED, 400, "BadRequestError")],
  [
    "vLLM, cap",
    400,
    openai(
      "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 4096 tokens and your request has 2778 input tokens (8000 > 4096 - 2778). None",
      400,
      "BadRequestError",
    ),
  ],
  [
    "vLLM, today",
    400,
    openai(
      "This model's maximum context length is 262144 tokens. However, you requested 0 output tokens and your prompt contains at least 262145 input tokens, for a total of at least 262145 tokens. (parameter=input_tokens, value=262145)",
      400,
      "BadRequestError",
    ),
  ],
  ["vLLM, prompt", 400, unwrapped("The decoder prompt (length 10127) is longer than the maximum model length of 8192. Make sure that …")],
  [
    "vLLM, input",
    400,
    unwrapped(
      "You passed 5000 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens, resulting in …",
    ),
  ],
  ["SGLang", 400, unwrapped("The input (61709 tokens) is longer than the model's context length (40960 tokens).")],
  [
    "SGLang, total",
    400,
    unwrapped("Requested token count exceeds the model's maximum context length of 64000 tokens. You requested a total of 71897 tokens: …"),
  ],
  ["SGLang behind a gateway", 400, { detail: "Requested token count exceeds the model's maximum context length of 64000 tokens." }],
  ["Poolside", 400, openai("Input length 131393 exceeds the maximum allowed input length of 131040 tokens.", 400)],
  [
    "llama.cpp",
    400,
    {
      error: {
        code: 400,
        message: "request (13392 tokens) exceeds the available context size (8192 tokens), try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 13392,
        n_ctx: 8192,
      },
    },
  ],
  ["llama.cpp, by type alone, as 500", 500, { error: { code: 500, message: "no", type: "exceed_context_size_error" } }],
  ["llama-cpp-python", 400, openai("Requested tokens (2285) exceed context window of 2048")],
  [
    "Mistral",
    400,
    unwrapped(
      "Prompt contains 40404 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
      3051,
      "invalid_request_prompt",
    ),
  ],
  ["Mistral, code as a text", 400, unwrapped("Prompt contains 9 tokens, too large for model with 8 maximum context length", "3051")],
  [
    "Text Generation Inference",
    422,
    {
      error:
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 512 `max_new_tokens`",
      error_type: "validation",
    },
  ],
  ["Hugging Face", 422, { error: "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545" }],
  ["Together", 403, openai("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 371 …")],
  [
    "DeepSeek",
    400,
    openai("This model's maximum context length is 131072 tokens. However, you requested 131329 …", "invalid_request_error"),
  ],
  [
    "xAI",
    400,
    {
      code: "Client specified an invalid argument",
      error: "This model's maximum prompt length is 131072 but the request contains 136973 tokens.",
    },
  ],
  [
    "Databricks",
    400,
    { error_code: "BAD_REQUEST", message: '{"error":{"message":"This model\'s maximum context length is 8192 tokens."}}' },
  ],
  ["Databricks, Claude", 400, { error_code: "BAD_REQUEST", message: "prompt is too long: 202128 tokens > 200000 maximum" }],
  [
    "Cerebras",
    400,
    {
      message: "Please reduce the length of the messages or completion. Current length is 69553 while limit is 65536",
      type: "invalid_request_error",
      param: "messages",
      code: "context_length_exceeded",
    },
  ],
  ["Groq", 400, openai("Please reduce the length of the messages or completion.", "context_length_exceeded")],
  [
    "DashScope",
    400,
    openai("<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]", "invalid_parameter_error"),
  ],
  ["Ollama", 400, openai("prompt too long; exceeded max context length by 100918 tokens")],
  ["LM Studio", 400, { error: "The number of tokens to keep from the initial prompt is greater than the context length." }],
  [
    "Gemini",
    400,
    [{ error: { code: 400, message: "The input token count (9) exceeds the maximum number of tokens allowed (8).", status: "X" } }],
  ],
  [
    "OpenRouter",
    400,
    { error: { message: "Provider returned error", code: 400, metadata: { raw: JSON.stringify(openai(VLLM_REQUESTED, 400)) } } },
  ],
  ["FastAPI", 422, { detail: [{ loc: ["body"], msg: "context length exceeded", type: "value_error" }] }],
  ["Mistral, FastAPI within", 422, unwrapped({ detail: [{ loc: ["body"], msg: "context length exceeded" }] })],
  ["a server that takes no body of that size", 413, "too large"],
];

test.each(TOO_LONG)("%s says that the request is too long", (_from, status, body) => {
  expect(readRefusal(status, Buffer.from(JSON.stringify(body)))).toBe("context_length");
});

test.each<[string, number, Json]>([
  ["OpenAI", 400, openai("Content violates policy", "content_policy_violation")],
  [
    "Azure",
    400,
    {
      error: {
        message: "The response was filtered …",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
  ],
  ["Azure, inner code alone", 400, { error: { message: "no", code: "BadRequest", innererror: { code: "ResponsibleAIPolicyViolation" } } }],
  ["Azure, words alone", 400, openai("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.")],
  [
    "OpenAI, models that reason",
    400,
    openai("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_prompt"),
  ],
  ["DeepSeek", 400, openai("Content Exists Risk", "invalid_request_error")],
  [
    "xAI",
    403,
    {
      code: "The caller does not have permission to execute the specified operation",
      error: "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
    },
  ],
  ["DashScope", 400, openai("Input data may contain inappropriate content.", "data_inspection_failed", "data_inspection_failed")],
])("%s says that a content filter refused it", (_from, status, body) => {
  expect(readRefusal(status, Buffer.from(JSON.stringify(body)))).toBe("content_filter");
});

test.each<[string, number, Json]>([
  ["an answer that is no error", 200, openai("maximum context length", "context_length_exceeded")],
  ["a rate in tokens", 429, openai("Too many tokens: the maximum context length of your tier is used up, please wait.", "tokens")],
  [
    "a rate in tokens, as 413",
    413,
    openai("Request too large for model `llama` on tokens per minute (TPM): Limit 6000", "rate_limit_exceeded"),
  ],
  ["load", 503, openai("maximum context length")],
  ["credentials", 401, openai("prompt is too long")],
  ["another wrong request", 400, openai("Invalid value for 'temperature'", "invalid_value")],
  ["another wrong request, FastAPI", 422, { detail: [{ loc: ["body", "n"], msg: "Input should be less than 8" }] }],
  ["an empty error", 400, { error: {} }],
  ["an error that is no object", 400, { error: 5 }],
  ["a code that is no code", 400, { error: { code: { context_length_exceeded: 1 } } }],
  ["nothing", 400, null],
])("%s is neither", (_what, status, body) => {
  expect(readRefusal(status, Buffer.from(JSON.stringify(body)))).toBeUndefined();
});

test.each(["", "<html>maximum context length</html>", '{"error":', "\u0000"])("%j is no JSON, and neither", (text) => {
  expect(readRefusal(400, Buffer.from(text))).toBeUndefined();
});

test("a translated error and one inside a stream are known by the same table", () => {
  for (const [, status, body] of TOO_LONG.filter(([, , one]) => typeof one === "object")) {
    expect(upstream.readError(status, body)?.refusal).toBe("context_length");
  }
  expect(refusalOf(undefined, { message: VLLM_REQUESTED, code: 400 })).toBe("context_length");
  const told = client.writeError(400, { message: "m", type: undefined, code: "3051", refusal: "context_length" });
  expect(told).toMatchObject({ error: { code: "context_length_exceeded" } });
});

test("every code and pattern of the table is the reason of a case, so that none stands there in vain", () => {
  const texts = JSON.stringify(TOO_LONG);
  const filters = [
    "content management policy",
    "flagged as potentially violating",
    "content exists risk",
    "content violates usage guidelines",
  ];
  const unseen = REFUSAL_TEXTS.filter(([pattern, refusal]) => refusal === "context_length" && !pattern.test(texts));
  expect(unseen).toEqual([]);
  for (const words of filters) expect(REFUSAL_TEXTS.some(([pattern]) => pattern.test(words))).toBe(true);
  for (const [code, verdict] of REFUSAL_CODES) {
    expect(readRefusal(400, Buffer.from(JSON.stringify(openai("m", code))))).toBe(verdict === "neither" ? undefined : verdict);
  }
});

test("whatever a provider says is read, and what is large is no refusal", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.json(), (status, text) => {
      readRefusal(status, Buffer.from(text));
    }),
  );
  const long = openai(`${"x".repeat(65_536)} maximum context length`);
  expect(readRefusal(400, Buffer.from(JSON.stringify(long)))).toBeUndefined();
  expect(readRefusal(400, Buffer.from(JSON.stringify(openai(`${"x".repeat(5000)} maximum context length`))))).toBeUndefined();
});
