import { findMember, parseMember, type Member, type ObjectScan } from "../../json/scan";
import { firstElements, lastElements, type Span } from "../../json/elements";
import { contentText, member } from "./chunk";

/** Most characters of a prompt. */
const LONGEST_PROMPT = 8192;

/** Bytes of messages that are parsed for one prompt at most, so that no reading holds the event loop for long: text is behind images at times. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What a message counts at least, so that there is a limit to how many are looked at. */
const LEAST_BYTES = 1024;

/** What may yet be read of one request. */
interface Budget {
  left: number;
}

/**
 * What a request is about, for a choice by meaning: text of the user messages of the last turn, then of the system messages that the conversation begins
 * with; or the prompt of a completion. At most 8,192 characters; empty if there is none. Messages before the last turn are not read, nor are those that
 * follow 4 MiB of others.
 */
export function promptOf(body: Buffer, scan: ObjectScan | undefined): string {
  if (scan === undefined) return "";
  const messages = findMember(scan, "messages");
  if (messages === undefined) return shortened(completionPrompt(body, findMember(scan, "prompt")));
  const array = { start: messages.valueStart, end: messages.valueEnd };
  if (body[array.start] !== 0x5b) return "";
  const budget: Budget = { left: MOST_BYTES };
  return shortened([...lastTurn(body, array, budget), ...systemTexts(body, array, budget)].filter((text) => text !== "").join("\n"));
}

/** What is to be embedded, as far as it is text: at most 8,192 characters. Empty for tokens. */
export function inputPromptOf(body: Buffer, scan: ObjectScan | undefined): string {
  const input = scan === undefined ? undefined : findMember(scan, "input");
  if (input === undefined) return "";
  const value = { start: input.valueStart, end: input.valueEnd };
  const budget: Budget = { left: MOST_BYTES };
  const texts: string[] = [];
  let characters = 0;
  for (const span of body[value.start] === 0x5b ? firstElements(body, value) : [value]) {
    const text = parsed(body, span, budget);
    if (typeof text !== "string") break;
    texts.push(text);
    characters += text.length;
    if (characters >= LONGEST_PROMPT) break;
  }
  return shortened(texts.join("\n"));
}

function completionPrompt(body: Buffer, prompt: Member | undefined): string {
  if (prompt === undefined || prompt.valueEnd - prompt.valueStart > MOST_BYTES) return "";
  const value = parseMember(body, prompt);
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((one) => typeof one === "string").join("\n") : "";
}

/** Texts of the last user messages that stand together, in their order; calls of tools and their results may follow them. */
function lastTurn(body: Buffer, array: Span, budget: Budget): string[] {
  const texts: string[] = [];
  let seen = false;
  for (const span of lastElements(body, array)) {
    const message = parsed(body, span, budget);
    if (message === undefined) break;
    const isUser = member(message, "role") === "user";
    if (seen && !isUser) break;
    if (!isUser) continue;
    seen = true;
    texts.unshift(contentText(member(message, "content")));
  }
  return texts;
}

function systemTexts(body: Buffer, array: Span, budget: Budget): string[] {
  const texts: string[] = [];
  for (const span of firstElements(body, array)) {
    const message = parsed(body, span, budget);
    const role = member(message, "role");
    if (role !== "system" && role !== "developer") break;
    texts.push(contentText(member(message, "content")));
  }
  return texts;
}

/** The value of a span; undefined if there is none, or too much was read. */
function parsed(body: Buffer, { start, end }: Span, budget: Budget): unknown {
  budget.left -= Math.max(end - start, LEAST_BYTES);
  if (budget.left < 0) return undefined;
  const text = body.toString("utf8", start, end);
  return text.trim() === "" ? undefined : JSON.parse(text);
}

/** Cut off where it is too long, but never inside a character. */
function shortened(text: string): string {
  if (text.length <= LONGEST_PROMPT) return text;
  const last = text.charCodeAt(LONGEST_PROMPT - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? LONGEST_PROMPT - 1 : LONGEST_PROMPT);
}
