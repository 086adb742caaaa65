/** A request is asked about for each of its targets; what does not depend on the target is done once. */
import { chatSpeech } from "../../../runtime/dialects/openai/speech";
import { messagesSpeech } from "../../../runtime/dialects/anthropic/speech";
import { Translating } from "../../../runtime/codecs/translating";
import type { Json } from "../../../runtime/conversation/json";
import { GatewayError } from "../../../runtime/errors";
import { callOf, MESSAGES, translating } from "./odd-calls";

test.each([
  ["that can be read", { messages: MESSAGES }, undefined],
  ["that cannot", { messages: [null] }, GatewayError],
])("a request %s is read once", (_what, request, error) => {
  let reads = 0;
  const dialect = {
    ...chatSpeech.dialect,
    read: (json: Json) => {
      reads++;
      return chatSpeech.dialect.read(json);
    },
  };
  const codec = new Translating({ ...chatSpeech, dialect }, messagesSpeech);
  const { ask } = callOf(request);
  for (let target = 0; target < 3; target++) {
    if (error === undefined) expect(codec.lacks(ask, `claude-sonnet-4-5-${target}`)).toEqual([]);
    else expect(() => codec.lacks(ask, `claude-sonnet-4-5-${target}`)).toThrow(error);
  }
  expect(reads).toBe(1);
});

test("of very much that cannot be expressed a little is told", () => {
  const audio = { type: "input_audio", input_audio: { data: "", format: "wav" } };
  const { ask } = callOf({ messages: Array.from({ length: 1_000 }, () => ({ role: "user", content: [audio, audio] })), n: 2 });
  const lacks = translating.lacks(ask, "claude-sonnet-4-5");
  expect(lacks.length).toBeLessThan(32);
  expect(lacks).toContainEqual({ field: "messages[0].content[1].input_audio" });
});
