import type { Part } from "../../../../runtime/conversation/parts";
import type { Message, Role } from "../../../../runtime/conversation/request";
import { continuesUnsigned } from "../../../../runtime/dialects/anthropic/reasoning";

const PARTS: Readonly<Record<string, readonly Part[]>> = {
  plain: [{ type: "tool_call", id: "a", name: "see", arguments: "{}" }],
  unsigned: [{ type: "reasoning", text: "Hm" }],
  signed: [{ type: "reasoning", text: "Hm", signature: "c2ln" }],
  redacted: [{ type: "reasoning", text: "", redacted: "eA==" }],
};

/** `assistant:signed tool user` */
const conversation = (text: string): readonly Message[] =>
  text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [role, parts] = word.split(":");
      return { role: role as Role, parts: PARTS[parts ?? ""] ?? [] };
    });

test.each([
  ["", false],
  ["user", false],
  ["user assistant:plain user", false],
  ["user assistant:plain tool", true],
  ["user assistant:unsigned tool", true],
  ["user assistant:signed tool", false],
  ["user assistant:redacted tool tool", false],
  ["user assistant:signed tool assistant:plain tool", false],
  ["user assistant:plain tool assistant:signed tool", true],
  ["user assistant:plain user assistant:signed tool system", false],
  ["user assistant:plain", true],
  ["user assistant:signed", false],
])("%s: %s", (text, unsigned) => {
  expect(continuesUnsigned(conversation(text))).toBe(unsigned);
});
