import type { Answer, AnswerReading } from "../../codecs/answer";
import { findMember, parseMember, scanObject, type Member, type ObjectScan } from "../../json/scan";
import { modelOf } from "../../conversation/names";
import { contentText, member } from "./chunk";
import { readUsage } from "./usage";
import { OpenAiWalk } from "./walk";

/** Text of all choices, for an estimate if the provider reports no usage. */
function generatedCharacters(body: Buffer, choices: Member): number {
  let characters = 0;
  for (const choice of parseMember(body, choices) as readonly unknown[]) {
    characters += contentText(member(member(choice, "message"), "content") ?? member(choice, "text")).length;
  }
  return characters;
}

const NO_OBJECT: Answer = { ok: false, reason: "is no JSON object" };
const NO_CHOICES: Answer = { ok: false, reason: "holds no 'choices'" };

const parsed = (body: Buffer, scan: ObjectScan, key: string): unknown => {
  const found = findMember(scan, key);
  return found === undefined ? undefined : parseMember(body, found);
};

/** Reads a complete answer that is not large. */
export function readAnswer(body: Buffer): Answer {
  const scan = scanObject(body);
  if (!scan.ok) return scan.reason === "empty" ? { ok: false, reason: "is empty" } : NO_OBJECT;
  const choices = findMember(scan, "choices");
  if (choices === undefined || body[choices.valueStart] !== 0x5b) return NO_CHOICES;
  return {
    ok: true,
    model: modelOf(parsed(body, scan, "model")),
    usage: readUsage(parsed(body, scan, "usage")),
    characters: () => generatedCharacters(body, choices),
    written: undefined,
  };
}

class LargeAnswer extends OpenAiWalk implements AnswerReading {
  result(): Answer {
    if (!this.isUsable) return NO_OBJECT;
    if (!this.hasChoices) return NO_CHOICES;
    return { ok: true, model: this.model, usage: this.usage, characters: () => this.characters, written: undefined };
  }
}

/** Reads a large one, in steps. */
export const readLargeAnswer = (body: Buffer): AnswerReading => new LargeAnswer(body);
