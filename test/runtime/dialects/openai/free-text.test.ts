import { chat } from "../../../../runtime/surfaces/chat";
import { completions } from "../../../../runtime/surfaces/completions";

const goesOn = (more: string): boolean | undefined => chat.goesOn?.(chat.read(Buffer.from(`{"messages":[{}]${more}}`)));

test.each([
  ["", true],
  [',"response_format":null', true],
  [',"response_format":{"type":"text"}', true],
  [',"response_format" : { "type" : "text" }', true],
  [',"response_format":{"type":"json_object"}', false],
  [',"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{}}}', false],
  [',"response_format":{}', false],
  [',"response_format":"json"', false],
  [',"response_format":{"type":"grammar"}', false],
])("an answer to a chat with %s can be gone on with from its middle: %s", (more, can) => {
  expect(goesOn(more)).toBe(can);
});

test("a legacy completion cannot", () => {
  expect(completions).not.toHaveProperty("goesOn");
});
