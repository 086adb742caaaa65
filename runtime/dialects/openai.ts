import type { Answer, Dialect } from "../interfaces";
import { findMember, parseMember, scanObject, type ObjectScan } from "../json/scan";
import { encode } from "./openai-request";
import { readRefusal } from "./openai-refusal";
import { ResumedStreamReader } from "./openai-resume";
import { questionOf, textOf } from "./openai-text";
import { OpenAiStreamReader } from "./openai-stream";
import { readUsage } from "./openai-usage";

/** Text of all choices, for an estimate where the provider reports no usage. */
function generatedCharacters(body: Buffer, scan: ObjectScan): number {
  const member = findMember(scan, "choices");
  const choices: unknown = member === undefined ? undefined : parseMember(body, member);
  if (!Array.isArray(choices)) return 0;
  let characters = 0;
  for (const choice of choices as { message?: { content?: unknown }; text?: unknown }[]) {
    const text = choice.message?.content ?? choice.text;
    if (typeof text === "string") characters += text.length;
  }
  return characters;
}

function readAnswer(body: Buffer): Answer {
  const scan = scanObject(body);
  if (!scan.ok) return { ok: false, reason: scan.reason === "empty" ? "is empty" : "is no JSON object" };
  const choices = findMember(scan, "choices");
  if (choices === undefined || body[choices.valueStart] !== 0x5b) return { ok: false, reason: "holds no 'choices'" };
  const modelMember = findMember(scan, "model");
  const model = modelMember === undefined ? undefined : parseMember(body, modelMember);
  const usageMember = findMember(scan, "usage");
  return {
    ok: true,
    model: typeof model === "string" ? model : undefined,
    usage: usageMember === undefined ? undefined : readUsage(parseMember(body, usageMember)),
    characters: () => generatedCharacters(body, scan),
  };
}

/** OpenAI's wire format: chat completions and completions. Source: OpenAI API reference. */
export const openai: Dialect = {
  name: "openai",
  encode,
  readAnswer,
  streamReader: (options) =>
    options.resume === undefined ? new OpenAiStreamReader(options) : new ResumedStreamReader(options.resume, options.withholdUsage),
  readRefusal,
  textOf,
  questionOf,
  errorEvent: ({ message, type, code }) => Buffer.from(`data: ${JSON.stringify({ error: { message, type, code } })}\n\n`),
};
