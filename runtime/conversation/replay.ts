import type { AnswerChoice, ChatAnswer } from "./answer";
import type { ChatEvent } from "./events";

/** The events of a stream that says what a whole answer says, for a client that asked for a stream. */
export function* replay({ id, model, choices, usage }: ChatAnswer): Generator<ChatEvent, void> {
  yield { type: "started", id, model };
  for (const [index, choice] of choices.entries()) yield* replayChoice(index, choice);
  if (usage !== undefined) yield { type: "usage", usage };
  yield { type: "ended" };
}

function* replayChoice(choice: number, { parts, finish, logprobs }: AnswerChoice): Generator<ChatEvent, void> {
  let tools = 0;
  for (const [block, part] of parts.entries()) {
    switch (part.type) {
      case "text":
      case "refusal":
        yield { type: part.type, choice, text: part.text };
        break;
      case "reasoning":
        if (part.text !== "") yield { type: "reasoning", choice, block, text: part.text };
        if (part.signature !== undefined) yield { type: "signature", choice, block, signature: part.signature };
        if (part.redacted !== undefined) yield { type: "redacted_reasoning", choice, block, data: part.redacted };
        break;
      case "tool_call":
        yield { type: "tool_start", choice, index: tools, id: part.id, name: part.name };
        if (part.arguments !== "") yield { type: "tool_arguments", choice, index: tools, text: part.arguments };
        tools++;
        break;
      default:
    }
  }
  if (logprobs !== undefined) yield { type: "logprobs", choice, logprobs };
  yield { type: "finished", choice, finish };
}
