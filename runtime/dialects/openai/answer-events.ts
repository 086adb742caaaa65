import { AnswerProblem } from "../../conversation/dialect";
import { isTooMuch } from "../../conversation/volume";
import { member } from "./chunk";
import { DONE } from "./end-mark";

/** What the object of an answer is called in its stream. */
export const CHUNK_OF: ReadonlyMap<string, string> = new Map([["chat.completion", "chat.completion.chunk"]]);

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Writes a whole answer as the events of a stream: what the choices say, then their finishes, then usage if the client asked for it. Whatever else a provider
 * says stays. Source: OpenAI API reference, the chunk objects of chat completions and completions.
 * @param body an answer that has been found to be one, and that is not large
 * @throws AnswerProblem if it cannot be written
 */
export function writeAsEvents(body: Buffer, wantsUsage: boolean): Buffer {
  const text = body.toString("utf8");
  if (isTooMuch(text)) throw new AnswerProblem("holds more values than any answer");
  try {
    return Buffer.from(eventsOf(JSON.parse(text), wantsUsage));
  } catch {
    throw new AnswerProblem("is nested too deep");
  }
}

function eventsOf(answer: unknown, wantsUsage: boolean): string {
  if (!isObject(answer)) return DONE;
  const { usage, choices, ...rest } = answer;
  const { object } = rest;
  const head = { ...rest, ...(typeof object === "string" && { object: CHUNK_OF.get(object) ?? object }) };
  const given = Array.isArray(choices) ? (choices as readonly unknown[]).filter(isObject) : [];
  const event = (list: readonly object[], more: object = {}): string => `data: ${JSON.stringify({ ...head, choices: list, ...more })}\n\n`;
  const said = event(given.map((choice, place) => ({ index: place, ...saidBy(choice), finish_reason: null })));
  const finished = event(given.map((choice, place) => finishOf(choice, place)));
  return said + finished + (wantsUsage && usage != null ? event([], { usage }) : "") + DONE;
}

/** A choice of a completion has its text beside it. */
const isOfCompletion = ({ message, text }: Members): boolean => typeof text === "string" && !isObject(message);

function saidBy(choice: Members): object {
  if (isOfCompletion(choice)) return choice;
  const { message, ...rest } = choice;
  return { ...rest, delta: isObject(message) ? { ...message, ...withIndexes(message["tool_calls"]) } : {} };
}

/** A call of a stream has an index, by which its pieces are joined. */
function withIndexes(calls: unknown): object | undefined {
  if (!Array.isArray(calls)) return undefined;
  return { tool_calls: (calls as readonly unknown[]).map((call, index) => (isObject(call) ? { index, ...call } : call)) };
}

function finishOf(choice: Members, place: number): object {
  const { index = place, finish_reason } = choice;
  return { index, ...(isOfCompletion(choice) ? { text: "" } : { delta: {} }), finish_reason: finish_reason ?? "stop" };
}

/** Whether a JSON object is a chunk, not a whole answer: a completion is one as long as it has not finished. */
export function isChunk(object: unknown): boolean {
  const choices = member(object, "choices");
  if (!Array.isArray(choices)) return false;
  const [first] = choices as readonly unknown[];
  if (first === undefined) return String(member(object, "object")).endsWith(".chunk");
  return isObject(member(first, "delta")) || (typeof member(first, "text") === "string" && member(first, "finish_reason") == null);
}
