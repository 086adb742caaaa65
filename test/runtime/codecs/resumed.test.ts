/** A translated stream that goes on with a broken one. */
import type { StreamReader } from "../../../runtime/codecs/stream-reader";
import { RESTART, resumptionOf } from "../../support/resumption";
import { begun, BLOCK, delta, events, FINISH, START, STOP } from "./odd-calls";

const resume = resumptionOf("One, two", RESTART, { usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } });

const resumed = (usage: "on" | "off" | "withhold"): StreamReader => begun({ stream: true, usage, resume, keepText: true }).stream();

test.each(["off", "withhold"] as const)("a client that did not ask for usage (%s) hears nothing of it, not even null", (usage) => {
  const stream = resumed(usage);
  const text = stream.push(events([START, BLOCK, delta("One, two, three"), FINISH, STOP])).toString();
  expect(text).toContain('"content":", three"');
  expect(text).not.toContain('"usage"');
  expect(stream).toMatchObject({ complete: true, usage: { total_tokens: 3 } });
});

test("one that asked is told the sum", () => {
  const text = resumed("on")
    .push(events([START, BLOCK, delta("One, two, three"), FINISH, STOP]))
    .toString();
  expect(text).toContain('"total_tokens":33');
  expect(text).toContain('"id":"first"');
});

test("a stream can be gone on with after text, and not behind its finish", () => {
  const stream = begun({ stream: true, keepText: true }).stream();
  stream.push(events([START, BLOCK, delta("a")]));
  expect(stream.resumePoint()).toMatchObject({ id: "msg_1", text: "a" });
  stream.push(events([FINISH]));
  expect(stream.resumePoint()).toBeUndefined();
});
