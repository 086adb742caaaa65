import { fc } from "../../../../support/properties";
import { packed } from "../../../../support/embeddings";
import { begin, read } from "./support";

/** JSON in which members that are read hold anything. */
const names = fc.constantFrom("object", "data", "index", "embedding", "model", "usage", "prompt_tokens", "total_tokens", "__proto__");
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(null, 0, 1, -1, 1.5, 1e308, "", "AACAPw==", packed([NaN]), packed([1, 2])),
    tie("list"),
    tie("map"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  map: fc.dictionary(names, tie("value"), { maxKeys: 4 }),
})).value;

/** Nearly right: elements with any index and vector. */
const nearly = fc.record(
  {
    data: fc.array(
      fc.record(
        {
          index: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 1 }) }, anything),
          embedding: fc.oneof(
            { weight: 9, arbitrary: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 3 }) },
            {
              weight: 9,
              arbitrary: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 3 }).map(packed),
            },
            anything,
          ),
          object: anything,
        },
        { requiredKeys: ["embedding"] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    model: anything,
    usage: anything,
  },
  { requiredKeys: ["data"] },
);

interface Given {
  readonly data: readonly { readonly index?: number; readonly embedding: unknown }[];
}

const text = fc.oneof(
  { weight: 3, arbitrary: nearly.map((value) => JSON.stringify(value)) },
  anything.map((value) => JSON.stringify(value)),
  fc.string(),
);

test("whatever a provider sends is refused, or is what the client asked for", () => {
  let used = 0;
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 3 }), fc.constantFrom("float", "base64"), (sent, count, encoding_format) => {
      const { answer, client } = read(begin({ input: new Array(count).fill("a"), encoding_format }), sent);
      if (!answer.ok) {
        expect(answer.reason).toMatch(/^(is|holds|must) /);
        return;
      }
      used++;
      const { data } = JSON.parse(client) as Given;
      expect(data).toHaveLength(count);
      data.forEach(({ index, embedding }, at) => {
        if (index !== undefined) expect(index).toBe(at);
        if (encoding_format === "base64") expect(typeof embedding).toBe("string");
        else expect((embedding as unknown[]).every((one) => typeof one === "number" && Number.isFinite(one))).toBe(true);
      });
    }),
    { numRuns: 3000 },
  );
  expect(used).toBeGreaterThan(50);
});

test("a large answer says the same as a small one", () => {
  fc.assert(
    fc.property(text, fc.constantFrom("float", "base64"), (sent, encoding_format) => {
      const conversion = begin({ input: ["a", "b"], encoding_format });
      const reading = conversion.readLargeAnswer(Buffer.from(sent));
      while (!reading.step());
      const small = conversion.readAnswer(Buffer.from(sent));
      expect(reading.result()).toEqual(small);
    }),
  );
});
