import { dataOf, endOfEvent } from "./event-stream";

interface Message {
  readonly content?: unknown;
}

interface Choice {
  readonly message?: Message | null;
  readonly delta?: Message | null;
  readonly text?: unknown;
}

/** Text of a message's content: a string, or the text parts of a list. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return (content as { text?: unknown }[]).map((part) => (typeof part.text === "string" ? part.text : "")).join("");
}

function firstChoice(text: string): string {
  let choice: Choice | undefined;
  try {
    choice = (JSON.parse(text) as { choices?: readonly Choice[] } | null)?.choices?.[0];
  } catch {
    return "";
  }
  return contentText(choice?.message?.content ?? choice?.delta?.content ?? choice?.text);
}

/** Generated text of an answer's first choice; `stream`: of all its events. */
export function textOf(payload: string, stream: boolean): string {
  if (!stream) return firstChoice(payload);
  const bytes = Buffer.from(payload);
  let text = "";
  for (let from = 0, end = endOfEvent(bytes, 0); end >= 0; from = end, end = endOfEvent(bytes, from)) {
    const data = dataOf(bytes, from, end);
    if (data !== undefined) text += firstChoice(data);
  }
  return text;
}

/** Text of the last message, or the prompt. */
export function questionOf(body: Buffer): string {
  try {
    const { messages, prompt } = JSON.parse(body.toString("utf8")) as { messages?: readonly Message[]; prompt?: unknown };
    return contentText(messages?.at(-1)?.content ?? prompt);
  } catch {
    return "";
  }
}
