import type { Message } from "../../conversation/request";
import type { Part, Reasoning, Text, ToolCall, ToolResult } from "../../conversation/parts";
import { addCacheControl, mediaBlock, saysSomething, textBlock } from "./content";
import type { ModelTraits } from "./models";
import type { ToolIds } from "./tool-ids";
import { toolInput } from "./tool-input";
import type { Block, MediaBlock, TextBlock, ToolResultBlock, ToolUseBlock, Turn } from "./wire";

/** What the messages of a request are written with. */
export interface MessagesContext {
  readonly traits: ModelTraits;
  readonly ids: ToolIds;
  /** Told of what has no effect. */
  readonly dropped: Set<string>;
}

export interface WrittenMessages {
  readonly system: TextBlock[] | undefined;
  readonly messages: Turn[];
}

const isSystem = (message: Message | undefined): boolean => message?.role === "system" || message?.role === "developer";

function toolUse(part: ToolCall, ids: ToolIds): ToolUseBlock {
  const block: ToolUseBlock = { type: "tool_use", id: ids.write(part.id), name: part.name, input: toolInput(part.arguments) };
  addCacheControl(block, part.cacheControl);
  return block;
}

function toolResult(part: ToolResult, ids: ToolIds): ToolResultBlock {
  const block: ToolResultBlock = { type: "tool_result", tool_use_id: ids.write(part.id) };
  const content: (TextBlock | MediaBlock)[] = [];
  for (const one of part.content) {
    if (one.type !== "text") content.push(mediaBlock(one));
    else if (saysSomething(one.text)) content.push(textBlock(one));
  }
  if (content.length > 0) block.content = content;
  if (part.isError === true) block.is_error = true;
  addCacheControl(block, part.cacheControl);
  return block;
}

/** Reasoning goes back as it came, with its proof; undefined if it has none or the model takes none. */
function thinking(part: Reasoning, { traits, dropped }: MessagesContext): Block | undefined {
  if (traits.thinking !== "none") {
    if (part.redacted !== undefined) return { type: "redacted_thinking", data: part.redacted };
    if (part.signature !== undefined) return { type: "thinking", thinking: part.text, signature: part.signature };
  }
  dropped.add("messages.reasoning");
  return undefined;
}

const asText = (text: string): TextBlock | undefined => (saysSomething(text) ? { type: "text", text } : undefined);

function block(part: Part, context: MessagesContext): Block | undefined {
  switch (part.type) {
    case "text":
      return saysSomething(part.text) ? textBlock(part) : undefined;
    case "refusal":
      return asText(part.text);
    case "image":
      if (part.detail !== undefined && part.detail !== "auto") context.dropped.add("messages.image_url.detail");
      return mediaBlock(part);
    case "file":
      return mediaBlock(part);
    case "tool_call":
      return toolUse(part, context.ids);
    case "tool_result":
      return toolResult(part, context.ids);
    case "reasoning":
      return thinking(part, context);
    case "audio":
      // a request with audio is refused before
      return undefined;
  }
}

/** A system message that has to stand in a user's turn; Anthropic's models are used to such marks. */
const marked = (part: Text): TextBlock => textBlock({ ...part, text: `<system>\n${part.text}\n</system>` });

/** Makes turns that alternate, out of messages that need not. */
class Turns {
  readonly turns: Turn[] = [];
  /** Of the turn that is being made, which has content. */
  private role: Turn["role"] | undefined;
  /** Results of tools, which have to stand before everything else in a user's turn. */
  private results: Block[] = [];
  private blocks: Block[] = [];

  get endsWithUser(): boolean {
    return this.role === "user";
  }

  add(role: Turn["role"], one: Block): void {
    if (role !== this.role) {
      this.close();
      this.role = role;
    }
    (one.type === "tool_result" ? this.results : this.blocks).push(one);
  }

  close(): void {
    const { role, results, blocks } = this;
    if (role === undefined) return;
    this.turns.push({ role, content: results.length === 0 ? blocks : results.concat(blocks) });
    this.role = undefined;
    this.results = [];
    this.blocks = [];
  }
}

/** Anthropic refuses an end of white space in an answer that is to be continued. */
function trimPrefill(turn: Turn | undefined): void {
  const last = turn?.role === "assistant" ? turn.content.at(-1) : undefined;
  if (last?.type === "text") last.text = last.text.trimEnd();
}

const textsOf = (message: Message): readonly Text[] =>
  message.parts.filter((part): part is Text => part.type === "text" && saysSomething(part.text));

/**
 * Writes a conversation.
 *
 * System and developer messages: those at the beginning become `system`, in their order. A later one stays at its place: as a turn of the role `system` if
 * the model knows it and the API allows it there (behind a user's turn, before the assistant's or at the end), else as a text marked `<system>` in a user's
 * turn. A conversation of system messages alone becomes a user's turn, as Anthropic wants one.
 */
export function writeMessages(messages: readonly Message[], context: MessagesContext): WrittenMessages {
  const system: TextBlock[] = [];
  let at = 0;
  for (let message = messages[0]; message !== undefined && isSystem(message); message = messages[++at]) {
    for (const part of textsOf(message)) system.push(textBlock(part));
  }
  const turns = new Turns();
  for (let message = messages[at]; message !== undefined; message = messages[++at]) {
    if (message.name !== undefined) context.dropped.add("messages.name");
    if (isSystem(message)) {
      at = addSystem(messages, at, turns, context);
      continue;
    }
    const role = message.role === "assistant" ? "assistant" : "user";
    for (const part of message.parts) {
      const one = block(part, context);
      if (one !== undefined) turns.add(role, one);
    }
  }
  turns.close();
  trimPrefill(turns.turns.at(-1));
  if (turns.turns.length === 0 && system.length > 0) return { system: undefined, messages: [{ role: "user", content: system }] };
  return { system: system.length > 0 ? system : undefined, messages: turns.turns };
}

/** Adds the system messages from `at` on. @returns index of the last of them */
function addSystem(messages: readonly Message[], at: number, turns: Turns, { traits }: MessagesContext): number {
  let end = at + 1;
  while (isSystem(messages[end])) end++;
  const next = messages[end];
  const asTurn = traits.systemTurns && turns.endsWithUser && (next === undefined || next.role === "assistant");
  for (const message of messages.slice(at, end)) {
    for (const part of textsOf(message)) turns.add(asTurn ? "system" : "user", asTurn ? textBlock(part) : marked(part));
  }
  return end - 1;
}
