import { fc } from "../../support/properties";
import { MASK, Redactor } from "../../../cli/plan-summary/redactor";
import { SENSITIVE, UNKNOWN } from "../../../cli/plan-summary/values";

const redactor = new Redactor(["hush-hush", "hush-hush-longer", 'with"quote']);

test.each([
  ["a hush-hush b", `a ${MASK} b`],
  ["hush-hush-longer", MASK],
  ["sk-abcdefghijklmnop", MASK],
  ["x sk-proj-1234567890abcdef y", `x ${MASK} y`],
  ["AKIAABCDEFGHIJKLMNOP", MASK],
  ["ghp_abcdefghijklmnopqrst", MASK],
  ["Bearer abc.def", MASK],
  ["Bearer {vault://file/openai.key}", "Bearer {vault://file/openai.key}"],
  ["0123456789abcdef0123456789abcdef", MASK],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", MASK],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", MASK],
  ["-----BEGIN PRIVATE KEY-----\nMIIcut", MASK],
  ["https://user:pass@host/path?key=1&v=2#x", `https://${MASK}host/path?key=${MASK}&v=${MASK}#x`],
  ["claude-3-5-sonnet-20241022", "claude-3-5-sonnet-20241022"],
  ["us.anthropic.claude-3-5-sonnet-20240620-v1:0", "us.anthropic.claude-3-5-sonnet-20240620-v1:0"],
  ["meta-llama/Meta-Llama-3.1-70B-Instruct", "meta-llama/Meta-Llama-3.1-70B-Instruct"],
  ["gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18"],
  ["task-force-of-people-and-words", "task-force-of-people-and-words"],
])("%j is shown as %j", (text, shown) => {
  expect(redactor.show(text, 200)).toBe(shown);
});

test.each([
  [undefined, "not set"],
  [null, "not set"],
  [UNKNOWN, "(known after apply)"],
  [SENSITIVE, "(sensitive)"],
  [false, "false"],
  [0.5, "0.5"],
  [[], "none"],
  [["a", 1, UNKNOWN], "a, 1, (known after apply)"],
  [{ a: { b: "c" }, d: [SENSITIVE], e: null }, "{a: {b: c}, d: [(sensitive)]}"],
  ["a\nb\u0000\u202ec\ud800", "a b c\ufffd"],
])("%p is shown as %j", (value, shown) => {
  expect(redactor.show(value)).toBe(shown);
});

test("a secret is hidden before the text is cut", () => {
  const text = `${"x".repeat(70)} hush-hush-longer`;
  expect(redactor.show(text, 80)).toBe(`${"x".repeat(70)} ${MASK}`);
  expect(redactor.show("ab".repeat(20), 10)).toBe("ababababa…");
  expect(redactor.show("😀".repeat(20), 10)).not.toMatch(/[\ud800-\udfff](?![\udc00-\udfff])$/u);
});

test("no text shows a known secret, wherever it stands", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom("hush-hush", "hush-hush-longer"), (left, right, secret) => {
      expect(redactor.show(`${left}${secret}${right}`, 500)).not.toContain(secret);
    }),
  );
});
