import { fc } from "../../../support/properties";
import { withAcceptedIds } from "../../../../runtime/dialects/openai/tool-call-ids";

const ACCEPTED = /^[a-zA-Z0-9]{9}$/;
const sent = (body: string): string => withAcceptedIds(Buffer.from(body), ACCEPTED).toString();

const turn = (id: string, gap = ""): string =>
  `{"messages":[{"role":"assistant","tool_calls":[{"id"${gap}:${gap}"${id}","type":"function"}]},{"role":"tool","tool_call_id":${gap}"${id}","content":"é"}]}`;

test.each(["call_0fypS1hVX", "a", "turn1_0", "toolu_01ABC", "call_é"])(
  "the id %s is replaced in call and result, and nothing else",
  (id) => {
    for (const gap of ["", " ", "\n "]) {
      const body = sent(turn(id, gap));
      const ids = [...body.matchAll(/id"\s*:\s*"([^"]*)"/g)].map(([, found]) => found);
      expect(ids).toHaveLength(2);
      expect(ids[0]).toBe(ids[1]);
      expect(ids[0]).toMatch(ACCEPTED);
      expect(body).toBe(turn(ids[0] ?? "", gap));
      expect(sent(body)).toBe(body);
    }
  },
);

test("two ids stay two, and an accepted one stays as it is", () => {
  const { messages } = JSON.parse(
    sent('{"messages":[{"tool_call_id":"call_1"},{"tool_call_id":"call_2"},{"tool_call_id":"abcDEF123"}]}'),
  ) as { messages: readonly { tool_call_id: string }[] };
  expect(new Set(messages.map(({ tool_call_id }) => tool_call_id)).size).toBe(3);
  expect(messages[2]?.tool_call_id).toBe("abcDEF123");
});

test.each([
  // texts that look like it, ids that no result names, ids that are none
  String.raw`{"messages":[{"role":"tool","content":"{\"tool_call_id\":\"call_1\",\"id\":\"call_1\"}","tool_call_id":"abcDEF123"}]}`,
  '{"messages":[{"tool_calls":[{"id":"call_1"}]}]}',
  '{"messages":[{"content":"\\"tool_call_id\\""}],"id":"call_1"}',
  '{"messages":[{"tool_call_id":5},{"tool_call_id":""}]}',
  '{"tools":[{"properties":{"tool_call_id":{"type":"string"},"id":{"const":"call_1"}}}]}',
])("what is no refused id keeps its bytes: %s", (body) => {
  const bytes = Buffer.from(body);
  expect(withAcceptedIds(bytes, ACCEPTED)).toBe(bytes);
});

test("a text inside is never changed, even if it holds an id that is", () => {
  const body = String.raw`{"messages":[{"id":"call_1"},{"tool_call_id":"call_1","content":"\"id\":\"call_1\" call_1"}],"user":"call_1"}`;
  const changed = JSON.parse(sent(body)) as { messages: readonly { content?: string }[]; user: string };
  expect([changed.messages[1]?.content, changed.user]).toEqual(['"id":"call_1" call_1', "call_1"]);
});

test("a body is JSON of the same shape afterwards, whatever it holds", () => {
  const message = fc.record({ tool_call_id: fc.string({ maxLength: 12 }), content: fc.string(), id: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const changed = JSON.parse(sent(JSON.stringify({ messages }))) as { messages: readonly { content: string }[] };
      expect(changed.messages.map(({ content }) => content)).toEqual(messages.map(({ content }) => content));
    }),
  );
});

test.each([
  ["a large body", `{"messages":[{"tool_call_id":"call_1","content":"${"x".repeat(1024 * 1024)}"}]}`],
  [
    "a body with very many results",
    `{"messages":[${Array.from({ length: 4097 }, (_, index) => `{"tool_call_id":"call_${index}"}`).join()}]}`,
  ],
])("%s keeps its bytes", (_what, body) => {
  const bytes = Buffer.from(body);
  expect(withAcceptedIds(bytes, ACCEPTED)).toBe(bytes);
});

describe("an id is replaced however it is written", () => {
  const idsOf = (body: string): unknown[] =>
    (JSON.parse(body) as { messages: readonly { tool_calls?: readonly { id: string }[]; tool_call_id?: string }[] }).messages.map(
      ({ tool_calls, tool_call_id }) => tool_call_id ?? tool_calls?.[0]?.id,
    );
  const pair = (call: string, result: string): string => `{"messages":[{"tool_calls":[{"id":${call}}]},{"tool_call_id":${result}}]}`;

  test.each([
    ["escaped in the call alone", String.raw`"a\/b"`, '"a/b"'],
    ["escaped in the result alone", '"call_1"', String.raw`"c\u0061ll_1"`],
    ["with letters beyond ASCII, escaped in one place", '"é-1"', String.raw`"\u00e9-1"`],
    ["with a quote inside", String.raw`"a\"b"`, String.raw`"a\u0022b"`],
    ["with half of a character", String.raw`"\ud800"`, String.raw`"\uD800"`],
    ["very long, as thoughts are packed into it", `"call_${"x".repeat(20_000)}"`, `"call_${"x".repeat(20_000)}"`],
  ])("%s", (_how, call, result) => {
    const [one, other] = idsOf(sent(pair(call, result)));
    expect(one).toMatch(ACCEPTED);
    expect(other).toBe(one);
  });

  test("and is the same in every later turn of the conversation", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40, unit: "binary" }), { minLength: 1, maxLength: 6 }), (ids) => {
        const turns = ids.map((id) => [{ tool_calls: [{ id }] }, { tool_call_id: id }]);
        let before: unknown[] = [];
        for (let count = 1; count <= turns.length; count++) {
          const now = idsOf(sent(JSON.stringify({ messages: turns.slice(0, count).flat() })));
          expect(now.slice(0, before.length)).toEqual(before);
          for (let at = 0; at < now.length; at += 2) expect(now[at]).toBe(now[at + 1]);
          expect(new Set(now).size).toBe(count);
          before = now;
        }
      }),
    );
  });
});
