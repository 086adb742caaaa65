import type { ChatStreamReader } from "../../conversation/dialect";
import type { ChatEvent } from "../../conversation/events";
import type { Json, JsonObject } from "../../conversation/json";
import { idOf, modelOf } from "../../conversation/names";
import type { Frame } from "../../framing/frame";
import { inputText, refusalText } from "./answer";
import { readError, UNNAMED_ERROR } from "./error";
import { finishOf } from "./finish";
import { isObject, member, textOf } from "./json";
import type { RequestFacts } from "./request";
import { UsageCounts } from "./usage";

type Events = readonly ChatEvent[];

const NOTHING: Events = [];
const PING: Events = [{ type: "ping" }];
const ENDED: Events = [{ type: "ended" }];

/** Blocks that may be open at once; Anthropic opens one after the other. */
const MOST_OPEN = 64;

/** A block of content that has begun. */
interface OpenBlock {
  readonly kind: "text" | "thinking" | "tool" | "json";
  /** Of a tool: which call it is; of reasoning: which block. */
  readonly number: number;
  /** Of a tool: input that came with the block's start, for when no pieces follow. */
  readonly input: string;
  /** Of a tool: whether a piece of its input has come. */
  begun: boolean;
}

function parsed(data: string): Json | undefined {
  try {
    return JSON.parse(data) as Json;
  } catch {
    return undefined;
  }
}

const text = (piece: string | undefined): Events =>
  piece === undefined || piece === "" ? NOTHING : [{ choice: 0, type: "text", text: piece }];

/** Reads the events of a streamed `Message`. Source: `RawMessageStreamEvent` of `@anthropic-ai/sdk` 1.12; events that are not known are left out. */
export class MessageStreamReader implements ChatStreamReader {
  private readonly counts = new UsageCounts();
  private readonly open = new Map<number, OpenBlock>();
  private calls = 0;
  private thoughts = 0;

  constructor(private readonly facts: RequestFacts) {}

  read(frame: Frame): Events | undefined {
    const data = parsed(frame.data);
    if (!isObject(data)) return undefined;
    switch (data["type"] ?? frame.event) {
      case "content_block_delta":
        return this.delta(data);
      case "content_block_start":
        return this.start(data);
      case "content_block_stop":
        return this.stop(data);
      case "message_start":
        return this.begin(data["message"]);
      case "message_delta":
        return this.finish(data);
      case "message_stop":
        return ENDED;
      case "ping":
        return PING;
      case "error":
        return [{ type: "failed", error: readError(data) ?? UNNAMED_ERROR }];
      default:
        return NOTHING;
    }
  }

  private begin(message: Json | undefined): Events {
    const started: ChatEvent = { type: "started", id: idOf(member(message, "id")), model: modelOf(member(message, "model")) };
    if (!this.counts.read(member(message, "usage"))) return [started];
    const { usage } = this.counts;
    return usage === undefined ? [started] : [started, { type: "usage", usage }];
  }

  private start(data: JsonObject): Events | undefined {
    const index = data["index"];
    const block = data["content_block"];
    if (typeof index !== "number" || !isObject(block) || this.open.size >= MOST_OPEN) return undefined;
    switch (block["type"]) {
      case "text":
        this.open.set(index, { kind: "text", number: 0, input: "", begun: true });
        return text(textOf(block["text"]));
      case "tool_use":
        return this.startTool(index, block);
      case "thinking":
        return this.startThinking(index, block);
      case "redacted_thinking":
        return [{ choice: 0, type: "redacted_reasoning", block: this.thoughts++, data: textOf(block["data"]) ?? "" }];
      default:
        return NOTHING;
    }
  }

  private startTool(index: number, block: JsonObject): Events | undefined {
    const id = textOf(block["id"]);
    const name = textOf(block["name"]);
    const input = inputText(block["input"]);
    if (id === undefined || name === undefined || input === undefined) return undefined;
    if (name === this.facts.jsonTool) {
      this.open.set(index, { kind: "json", number: 0, input, begun: false });
      return NOTHING;
    }
    const number = this.calls++;
    this.open.set(index, { kind: "tool", number, input, begun: false });
    return [{ choice: 0, type: "tool_start", index: number, id: this.facts.ids.read(id), name }];
  }

  private startThinking(index: number, block: JsonObject): Events {
    const open: OpenBlock = { kind: "thinking", number: this.thoughts++, input: "", begun: true };
    this.open.set(index, open);
    return thought(open, textOf(block["thinking"]), textOf(block["signature"]));
  }

  private delta(data: JsonObject): Events | undefined {
    const { index, delta } = data;
    if (typeof index !== "number" || !isObject(delta)) return undefined;
    const block = this.open.get(index);
    // a block that is left out, or one whose start was lost
    if (block === undefined) return NOTHING;
    // a delta of another kind, such as a citation, has no such member
    switch (block.kind) {
      case "text":
        return text(textOf(delta["text"]));
      case "thinking":
        return thought(block, textOf(delta["thinking"]), textOf(delta["signature"]));
      case "tool":
      case "json":
        return toolPiece(block, textOf(delta["partial_json"]));
    }
  }

  private stop(data: JsonObject): Events | undefined {
    const { index } = data;
    if (typeof index !== "number") return undefined;
    const block = this.open.get(index);
    if (block === undefined) return NOTHING;
    this.open.delete(index);
    return block.begun ? NOTHING : toolPiece(block, block.input);
  }

  private finish(data: JsonObject): Events {
    const delta = data["delta"];
    const reason = member(delta, "stop_reason");
    const events: ChatEvent[] = [];
    const refusal = refusalText(reason, member(delta, "stop_details"));
    if (refusal !== undefined) events.push({ choice: 0, type: "refusal", text: refusal });
    if (typeof reason === "string") events.push({ choice: 0, type: "finished", finish: finishOf(reason, this.calls > 0) });
    if (this.counts.read(data["usage"])) {
      const { usage } = this.counts;
      if (usage !== undefined) events.push({ type: "usage", usage });
    }
    return events;
  }
}

/** Reasoning and its proof, which come one by one but for odd providers. */
function thought({ number: block }: OpenBlock, piece: string | undefined, signature: string | undefined): Events {
  if (signature === undefined || signature === "") {
    return piece === undefined || piece === "" ? NOTHING : [{ choice: 0, type: "reasoning", block, text: piece }];
  }
  const signed: ChatEvent = { choice: 0, type: "signature", block, signature };
  return piece === undefined || piece === "" ? [signed] : [{ choice: 0, type: "reasoning", block, text: piece }, signed];
}

/** A piece of a tool's input, which is text of the answer if the tool stands for JSON mode. */
function toolPiece(block: OpenBlock, piece: string | undefined): Events {
  if (piece === undefined || piece === "") return NOTHING;
  block.begun = true;
  return block.kind === "json"
    ? [{ choice: 0, type: "text", text: piece }]
    : [{ choice: 0, type: "tool_arguments", index: block.number, text: piece }];
}
