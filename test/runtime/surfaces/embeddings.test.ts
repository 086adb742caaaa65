import { requestOf } from "../../../runtime/dialects/openai/embeddings/input";
import { GatewayError } from "../../../runtime/errors";
import { ObjectScanner } from "../../../runtime/json/object-scanner";
import { scanObject, type ObjectScan } from "../../../runtime/json/scan";
import { embeddings } from "../../../runtime/surfaces/embeddings";
import { fc } from "../../support/properties";

const bytes = (body: unknown): Buffer => Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
const read = (body: unknown) => requestOf(embeddings.read(bytes(body)));

function problemOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.status} ${error.message}`;
    throw error;
  }
  return "none";
}

test.each<[string, object, object]>([
  ["a text", { input: "hi" }, { kind: "text", count: 1, format: "float", hasDimensions: false }],
  ["an empty text, which is the provider's to refuse", { input: "" }, { kind: "text", count: 1 }],
  ["texts", { input: ["a", "b", ""] }, { kind: "texts", count: 3 }],
  ["tokens", { input: [1, 0, 100_257] }, { kind: "tokens", count: 1 }],
  ["token lists", { input: [[1, 2], [3]] }, { kind: "token lists", count: 2 }],
  ["base64", { input: "a", encoding_format: "base64" }, { format: "base64" }],
  ["null means nothing", { input: "a", encoding_format: null, dimensions: null }, { format: "float", hasDimensions: false }],
  ["dimensions", { input: "a", dimensions: 256 }, { hasDimensions: true }],
  ["no stream", { input: "a", stream: false, user: "u" }, { kind: "text" }],
])("reads %s", (_, body, expected) => {
  expect(read(body)).toMatchObject(expected);
});

const KINDS = "'input' must be a text, a list of texts, a list of tokens, or a list of such lists";

test.each<[unknown, string]>([
  [{}, "request format not recognised: an embeddings request needs 'input'"],
  [{ input: null }, `${KINDS}, but it is null`],
  [{ input: 7 }, `${KINDS}, but it is 7`],
  [{ input: {} }, `${KINDS}, but it is an object`],
  [{ input: [] }, "'input' must not be an empty list"],
  [{ input: [[]] }, "'input' must hold no empty list, but input[0] is one"],
  [{ input: ["a", null] }, `${KINDS}, but input[1] is null`],
  [{ input: ["a", 1] }, `${KINDS}: all of one kind, but input[1] is of another kind than input[0]`],
  [{ input: [1, "a"] }, `${KINDS}: all of one kind, but input[1] is of another kind than input[0]`],
  [{ input: [1, 2.5] }, `${KINDS}, but input[1] is 2.5`],
  [{ input: [-1] }, `${KINDS}, but input[0] is -1`],
  [`{"input":[${"1".repeat(100)}]}`, `${KINDS}, but input[0] is a long number`],
  [{ input: [{ text: "a" }] }, `${KINDS}, but input[0] holds a text`],
  [{ input: [{}] }, `${KINDS}, but input[0] is an object`],
  [{ input: [[1], ["a"]] }, `${KINDS}, but input[1] holds a text`],
  [{ input: [[1], [[2]]] }, `${KINDS}, but input[1] holds a list`],
  [{ input: "a", encoding_format: "int8" }, `'encoding_format' must be "float" or "base64", but another value was given`],
  [{ input: "a", encoding_format: 1 }, `'encoding_format' must be "float" or "base64", but another value was given`],
  [{ input: "a", dimensions: 0 }, "'dimensions' must be a whole number from 1, but another value was given"],
  [{ input: "a", dimensions: "3" }, "'dimensions' must be a whole number from 1, but another value was given"],
  [{ input: "a", stream: true }, "'stream' must be false or left out: embeddings are never streamed"],
  [{ input: "a", model: 1 }, "'model' must be a string, but a value of type number was given"],
  [{ messages: [] }, "[llm/v1/chat] message format is not compatible with [llm/v1/embeddings] route type"],
  [{ input: "a", prompt: "b" }, "[llm/v1/completions] message format is not compatible with [llm/v1/embeddings] route type"],
  ['{"input":"a","input":"b"}', "the request body must hold 'input' once, but it is given more than once"],
  ['{"input":"a","dimensions":1,"dimensions":2}', "the request body must hold 'dimensions' once, but it is given more than once"],
  ["[]", "the request body must be a JSON object, but it is other JSON"],
  [{ input: new Array(65_537).fill("a") }, "'input' must hold at most 65536 inputs, but it holds more"],
])("refuses %j", (body, message) => {
  expect(problemOf(() => read(body))).toBe(`400 ${message}`);
});

test("a large body is read in steps, with the same result", () => {
  const value = fc.oneof(
    fc.string(),
    fc.array(fc.string(), { maxLength: 20 }),
    fc.array(fc.nat(), { maxLength: 20 }),
    fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 20 }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(value, (input) => {
      const body = bytes({ model: "m", input });
      const scanner = new ObjectScanner(body, 7);
      while (!scanner.step());
      const inSteps = problemOf(() => {
        const reading = embeddings.readLarge?.(body, scanner.result());
        while (reading?.step() === false);
        expect(requestOf(reading!.result())).toStrictEqual(read({ model: "m", input }));
      });
      expect(inSteps).toBe(problemOf(() => embeddings.read(body)));
    }),
  );
});

test("each input is found where it lies", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 0, max: 3 }), (texts, indent) => {
      const body = bytes(JSON.stringify({ input: texts }, undefined, indent));
      const { starts, ends } = requestOf(embeddings.read(body));
      expect(starts.map((start, index) => JSON.parse(body.toString("utf8", start, ends[index])) as unknown)).toStrictEqual(texts);
    }),
  );
});

test.each<[object, boolean]>([
  [{ input: "a" }, true],
  [{ input: "a", messages: [] }, false],
  [{ input: "a", prompt: "" }, false],
  [{ messages: [] }, false],
])("recognises %j: %s", (body, expected) => {
  expect(embeddings.recognises(scanObject(bytes(body)) as ObjectScan)).toBe(expected);
});

test.each<[unknown, string]>([
  ["hi", "hi"],
  [["one", "two"], "one\ntwo"],
  [[1, 2], ""],
  [[[1], [2]], ""],
  ["x".repeat(10_000), "x".repeat(8192)],
  [new Array(9000).fill("ab"), `${"ab\n".repeat(2730)}ab`],
  [new Array(3).fill("😀".repeat(4000)), `${"😀".repeat(4000)}\n${"😀".repeat(95)}`],
])("the prompt of %#", (input, expected) => {
  expect(embeddings.prompt(embeddings.read(bytes({ input })))).toBe(expected);
});
