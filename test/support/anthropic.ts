/** Answers of Anthropic's Messages API, whole and as the events of its streams. */
import type { ServerResponse } from "node:http";
import { sendJson, startStream, type UpstreamCall } from "./upstream";

interface Block {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A `Message`. */
export interface Message {
  readonly content: readonly Block[];
  readonly stop_reason: string;
  readonly [member: string]: unknown;
}

const USAGE = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 0 };

export function message(content: readonly Block[], stop_reason = "end_turn", more: object = {}): Message {
  return {
    id: "msg_01",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5-20250929",
    content,
    stop_reason,
    stop_sequence: null,
    usage: USAGE,
    ...more,
  };
}

export const textMessage = (text: string): Message => message([{ type: "text", text }]);

type Event = Block;

const halves = (text: string): readonly string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
};

const delta = (index: number, given: object): Event => ({ type: "content_block_delta", index, delta: given });

/** How a block looks before its first piece, and its pieces; a block of another type comes whole. */
function inPieces(block: Block, index: number): readonly Event[] {
  const start = (empty: object): Event => ({ type: "content_block_start", index, content_block: { ...block, ...empty } });
  const pieces = (text: string, made: (piece: string) => object): Event[] => halves(text).map((piece) => delta(index, made(piece)));
  switch (block.type) {
    case "text":
      return [start({ text: "" }), ...pieces(block["text"] as string, (text) => ({ type: "text_delta", text }))];
    case "thinking":
      return [
        start({ thinking: "", signature: "" }),
        ...pieces(block["thinking"] as string, (thinking) => ({ type: "thinking_delta", thinking })),
        delta(index, { type: "signature_delta", signature: block["signature"] }),
      ];
    case "tool_use":
      return [
        start({ input: {} }),
        ...["", ...halves(JSON.stringify(block["input"]))].map((partial_json) => delta(index, { type: "input_json_delta", partial_json })),
      ];
    default:
      return [start({})];
  }
}

/** The events that tell a message, as the API sends them. */
export function eventsOf(told: Message): readonly Event[] {
  const { content, stop_reason, stop_sequence, stop_details, usage, ...rest } = told;
  const { output_tokens, ...input } = usage as typeof USAGE;
  return [
    {
      type: "message_start",
      message: { ...rest, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 1 } },
    },
    { type: "ping" },
    ...content.flatMap((block, index) => [...inPieces(block, index), { type: "content_block_stop", index }]),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence, ...(stop_details !== undefined && { stop_details }) },
      usage: { output_tokens },
    },
    { type: "message_stop" },
  ];
}

export const asStream = (events: readonly Event[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");

/** Answers a call with a message, in the way that it asks for. */
export function sendMessage(response: ServerResponse, call: UpstreamCall, told: Message): void {
  if ((JSON.parse(call.body) as { stream?: boolean }).stream !== true) {
    sendJson(response, 200, told);
    return;
  }
  startStream(response);
  response.end(asStream(eventsOf(told)));
}

export const sendError = (
  response: ServerResponse,
  status: number,
  error: { readonly type: string; readonly message: string },
  headers: Record<string, string> = {},
): void => sendJson(response, status, { type: "error", error, request_id: "req_01" }, { "request-id": "req_01", ...headers });

/** A target whose provider is Anthropic. */
export function anthropicTarget(upstreamUrl: string, more: { readonly [member: string]: unknown } = {}): object {
  return {
    route_type: "llm/v1/chat",
    auth: { header_name: "x-api-key", header_value: "ours" },
    model: {
      provider: "anthropic",
      name: "claude-sonnet-4-5",
      model_alias: "claude",
      options: { upstream_url: upstreamUrl, anthropic_version: "2023-06-01" },
    },
    ...more,
  };
}
