import { camel, propsText } from "../../../config/generate/props";
import { collectNames } from "../../../config/generate/records";
import { snakeNames } from "../../../constructs/props.generated";

test.each([
  ["max_tokens", "maxTokens"],
  ["llama2_format", "llama2Format"],
  ["video_output_s3_uri", "videoOutputS3Uri"],
  ["weight", "weight"],
])("%s becomes %s", (snake, name) => {
  expect(camel(snake)).toBe(name);
  expect(snakeNames[name]).toBe(snake);
});

test("the names lead back to every field, each to its own", () => {
  const fields = new Set(collectNames().records.flatMap(({ field }) => [...(field.fields?.keys() ?? [])]));
  expect(new Set(Object.values(snakeNames))).toEqual(fields);
  expect(Object.keys(snakeNames)).toHaveLength(fields.size);
  for (const [name, snake] of Object.entries(snakeNames)) expect(camel(snake)).toBe(name);
});

test("every field that may be left out says what then holds", () => {
  const optional = propsText().match(/^ {2}readonly \w+\?:/gm) ?? [];
  expect(optional.length).toBeGreaterThan(150);
  expect(propsText().match(/@default /g)).toHaveLength(optional.length);
});
