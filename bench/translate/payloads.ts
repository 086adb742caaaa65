/** What is translated: bodies of a client of OpenAI's, and Anthropic's answers to them. */

const bytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const message = (content: readonly object[], reason: string): object => ({
  id: "msg_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content,
  stop_reason: reason,
  stop_sequence: null,
  usage: { input_tokens: 210, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 168, service_tier: "standard" },
});

/** A request and its answer. */
export interface Exchange {
  readonly name: string;
  readonly request: Buffer;
  readonly answer: Buffer;
}

const SPOKEN = "The nearest one. ".repeat(42);

/** About 1 KB each way. */
export const plainChat: Exchange = {
  name: "chat of 1 KB and back",
  request: bytes({
    model: "gpt-4o",
    messages: [
      { role: "system", content: "You answer briefly." },
      { role: "user", content: "Which target answers this? ".repeat(33) },
    ],
  }),
  answer: bytes(message([{ type: "text", text: SPOKEN }], "end_turn")),
};

const tool = (name: string): object => ({
  type: "function",
  function: {
    name,
    description: `Looks up the ${name} of a place at a time, in the units that are asked for.`,
    parameters: {
      type: "object",
      properties: {
        place: { type: "string", description: "Name of the town, and its country if there are several" },
        time: { type: "string", format: "date-time" },
        units: { type: "string", enum: ["metric", "imperial"] },
      },
      required: ["place"],
      additionalProperties: false,
    },
  },
});

const ARGUMENTS = JSON.stringify({ place: "Aachen, Germany", units: "metric" });

/** Ten messages: three questions, each answered with the help of a tool, and a new one. */
const conversation = [1, 2, 3].flatMap((turn) => [
  { role: "user", content: `What is the weather like in town number ${turn} at noon, and what should be worn there?` },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: `call_${turn}`, type: "function", function: { name: "weather", arguments: ARGUMENTS } }],
  },
  { role: "tool", tool_call_id: `call_${turn}`, content: "Cloudy, 14 degrees, wind from the west at 20 km/h, no rain until the evening." },
]);

/** Tools and ten messages, answered with a call. */
export const toolChat: Exchange = {
  name: "chat with tools, 10 messages",
  request: bytes({
    model: "gpt-4o",
    temperature: 0.5,
    tools: ["weather", "traffic", "tide"].map(tool),
    tool_choice: "auto",
    messages: [...conversation, { role: "user", content: "And tomorrow?" }],
  }),
  answer: bytes(
    message(
      [
        { type: "text", text: "I look it up." },
        { type: "tool_use", id: "toolu_01A09q90qw90lq917835lq9", name: "weather", input: { place: "Aachen, Germany", units: "metric" } },
      ],
      "tool_use",
    ),
  ),
};

export const streamRequest = bytes({ model: "gpt-4o", stream: true, messages: [{ role: "user", content: "Which target answers this?" }] });

const frame = (event: { readonly type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** What comes before the text of a stream. */
export const streamHead = Buffer.from(
  frame({ type: "message_start", message: message([], "end_turn") } as { type: string }) +
    frame({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } } as { type: string }),
);

const WORDS = ["The", " nearest", " target", " answers", " first", ",", " and", " the", " others", " wait", "."];

const deltas = Array.from({ length: 100 }, (_, index) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text: WORDS[index % WORDS.length] ?? "" },
}));

/** A hundred events of text, as they come on the wire. */
export const textEvents: readonly Buffer[] = deltas.map((delta) => Buffer.from(frame(delta)));

/** The data of the same events. */
export const textData: readonly string[] = deltas.map((delta) => JSON.stringify(delta));
