import { eventsOf } from "../../../runtime/framing/sse";
import { ObjectsAsEvents } from "../../../runtime/framing/json-objects";
import { fc } from "../../support/properties";

/** The data of the events that are written for these pieces. */
function dataOf(text: string, cuts: readonly number[] = []): readonly (string | undefined)[] {
  const bytes = Buffer.from(text);
  const objects = new ObjectsAsEvents();
  const sorted = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  const out: Buffer[] = [];
  let from = 0;
  for (const end of [...sorted, bytes.length]) {
    out.push(objects.push(bytes.subarray(from, end)));
    from = end;
  }
  out.push(objects.end());
  return [...eventsOf(Buffer.concat(out))];
}

const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
const FORMS: readonly ((objects: readonly object[]) => string)[] = [
  (objects) => objects.map((one) => `${JSON.stringify(one)}\n`).join(""),
  (objects) => objects.map((one) => `${JSON.stringify(one)}\r\n\r\n`).join(""),
  (objects) => objects.map((one) => JSON.stringify(one)).join(""),
  (objects) => JSON.stringify(objects),
  (objects) => JSON.stringify(objects, undefined, 2),
  (objects) => objects.map((one) => JSON.stringify(one, undefined, "\t").replaceAll("\n", "\r")).join("\r"),
];

test("property: objects in lines, arrays or bare become one event each, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(object, { maxLength: 5 }),
      fc.constantFrom(...FORMS),
      fc.array(fc.nat(2000), { maxLength: 8 }),
      (objects, form, cuts) => {
        const data = dataOf(form(objects), cuts);
        expect(data.map((one) => JSON.parse(one ?? "") as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
      },
    ),
  );
});

test("an end mark behind the last object is told", () => {
  expect(dataOf('{"a":1}\n[DONE]\n')).toEqual(['{"a":1}', "[DONE]"]);
  expect(dataOf('{"a":1}\n[DONE]')).toEqual(['{"a":1}', "[DONE]"]);
});

test("what stands between objects and is none of their separations is told, within a limit", () => {
  expect(dataOf('{"a":1}\noops\n{"a":2}')).toEqual(['{"a":1}', "oops", '{"a":2}']);
  expect(dataOf(`{"a":1}\n${"x".repeat(1000)}\n{"a":2}`)[1]).toHaveLength(64);
});

test("an object that does not end is no event", () => {
  expect(dataOf('{"a":1}\n{"a":')).toEqual(['{"a":1}']);
});
