import type { Body, Golden } from "../support";

const model = "claude-sonnet-4-5";
const newest = "claude-opus-5";

/** Who speaks, and in which order. */
export const conversation: readonly Golden[] = [
  {
    title: "system messages at the beginning, and a cap",
    model,
    asked: {
      messages: [
        { role: "system", parts: [{ type: "text", text: "Be kind.", cacheControl: { type: "ephemeral" } }] },
        { role: "developer", parts: [{ type: "text", text: "Be brief." }] },
        { role: "user", parts: [{ type: "text", text: "Hello" }] },
      ],
      maxTokens: 100,
    },
    sent: {
      model,
      max_tokens: 100,
      stream: false,
      system: [
        { type: "text", text: "Be kind.", cache_control: { type: "ephemeral" } },
        { type: "text", text: "Be brief." },
      ],
      messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
    } satisfies Body,
  },
  {
    title: "a later system message, for a model that knows no such turns",
    model,
    asked: {
      messages: [
        { role: "user", parts: [{ type: "text", text: "Hello" }] },
        { role: "assistant", parts: [{ type: "text", text: "Hi" }] },
        { role: "system", parts: [{ type: "text", text: "Speak French." }] },
        { role: "user", parts: [{ type: "text", text: "Bye" }] },
      ],
    },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hello" }] },
        { role: "assistant", content: [{ type: "text", text: "Hi" }] },
        {
          role: "user",
          content: [
            { type: "text", text: "<system>\nSpeak French.\n</system>" },
            { type: "text", text: "Bye" },
          ],
        },
      ],
    } satisfies Body,
  },
  {
    title: "later system messages, for a model that takes them behind a user's turn",
    model: newest,
    asked: {
      messages: [
        { role: "user", parts: [{ type: "text", text: "Hello" }] },
        { role: "system", parts: [{ type: "text", text: "Speak French." }] },
        { role: "developer", parts: [{ type: "text", text: "Speak slowly." }] },
        { role: "assistant", parts: [{ type: "text", text: "Salut" }] },
        { role: "system", parts: [{ type: "text", text: "Speak Latin." }] },
        { role: "user", parts: [{ type: "text", text: "Bye" }] },
      ],
    },
    sent: {
      model: newest,
      max_tokens: 128_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hello" }] },
        {
          role: "system",
          content: [
            { type: "text", text: "Speak French." },
            { type: "text", text: "Speak slowly." },
          ],
        },
        { role: "assistant", content: [{ type: "text", text: "Salut" }] },
        {
          role: "user",
          content: [
            { type: "text", text: "<system>\nSpeak Latin.\n</system>" },
            { type: "text", text: "Bye" },
          ],
        },
      ],
    } satisfies Body,
  },
  {
    title: "a system message behind the assistant's turn, where the API allows none",
    model: newest,
    asked: {
      messages: [
        { role: "user", parts: [{ type: "text", text: "Hello" }] },
        { role: "assistant", parts: [{ type: "text", text: "Hi" }] },
        { role: "system", parts: [{ type: "text", text: "Go on." }] },
      ],
    },
    sent: {
      model: newest,
      max_tokens: 128_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hello" }] },
        { role: "assistant", content: [{ type: "text", text: "Hi" }] },
        { role: "user", content: [{ type: "text", text: "<system>\nGo on.\n</system>" }] },
      ],
    } satisfies Body,
  },
  {
    title: "system messages alone",
    model,
    asked: { messages: [{ role: "system", parts: [{ type: "text", text: "Tell a joke." }] }] },
    sent: { model, max_tokens: 64_000, stream: false, messages: [{ role: "user", content: [{ type: "text", text: "Tell a joke." }] }] } satisfies Body,
  },
  {
    title: "neighbours of one role, empty texts, a name, a refusal",
    model,
    asked: {
      messages: [
        { role: "user", name: "Ada", parts: [{ type: "text", text: "One" }] },
        { role: "assistant", parts: [{ type: "text", text: " \n" }] },
        { role: "user", parts: [{ type: "text", text: "" }, { type: "text", text: "Two" }] },
        { role: "assistant", parts: [{ type: "refusal", text: "No." }] },
        { role: "user", parts: [{ type: "text", text: "Three" }] },
      ],
    },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "One" },
            { type: "text", text: "Two" },
          ],
        },
        { role: "assistant", content: [{ type: "text", text: "No." }] },
        { role: "user", content: [{ type: "text", text: "Three" }] },
      ],
    } satisfies Body,
    dropped: ["messages.name"],
  },
  {
    title: "an answer to be continued",
    model,
    asked: {
      messages: [
        { role: "user", parts: [{ type: "text", text: "Count" }] },
        { role: "assistant", parts: [{ type: "text", text: "One, two, \n" }] },
      ],
    },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Count" }] },
        { role: "assistant", content: [{ type: "text", text: "One, two," }] },
      ],
    } satisfies Body,
  },
];
