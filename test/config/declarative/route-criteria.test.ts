import { LoadContext } from "../../../config/declarative/context";
import { hostField, pathField, readHeaderCriteria } from "../../../config/declarative/route-criteria";
import { createReferenceSource } from "../../../config/references";

const newContext = () => new LoadContext(createReferenceSource({ env: {} }));

const accepts = (field: typeof pathField, value: string): boolean => {
  const context = newContext();
  const isKept = field(value, ["x"], context) === value;
  expect(context.problems.length).toBe(isKept ? 0 : 1);
  return isKept;
};

test.each(["/", "/chat", "/a-b_c.~/%20", "~/v1/(?<model>[^/]+)/chat$", "~/(a|b)", "~/v\\d+"])("path %s", (path) =>
  expect(accepts(pathField, path)).toBe(true),
);
test.each(["", "chat", "/a b", "/a//b", "/a%2", "/(a|b)", "/ä", "~", "~/(", "~/a++", "~/(?=a)"])("no path %j", (path) =>
  expect(accepts(pathField, path)).toBe(false),
);

test.each(["example.com", "*.example.com", "example.*", "localhost:8000", "*.example.com:8443", "127.0.0.1", "[::1]:80"])(
  "host %s",
  (host) => expect(accepts(hostField, host)).toBe(true),
);
test.each(["*", "a.*.b", "*.a.*", "http://a", "a b", "a:port", ""])("no host %j", (host) => expect(accepts(hostField, host)).toBe(false));

test("headers are kept in lower case", () => {
  const context = newContext();
  expect(readHeaderCriteria({ "X-A": ["1", "2"], "x-b": ["~*^v\\d$"] }, ["headers"], context)).toEqual({
    "x-a": ["1", "2"],
    "x-b": ["~*^v\\d$"],
  });
  expect(context.problems).toEqual([]);
});

test.each<[unknown, string]>([
  [["a"], "must be a map"],
  [{ Host: ["a"] }, "hosts"],
  [{ "x a": ["1"] }, "letters"],
  [{ a: ["1"], A: ["2"] }, "occurs twice"],
  [{ a: "1" }, "must be a list"],
  [{ a: [] }, "at least 1 item"],
  [{ a: [1] }, "must be a text"],
  [{ a: ["~*("] }, "valid regular expression"],
])("headers %j", (value, part) => {
  const context = newContext();
  readHeaderCriteria(value, ["headers"], context);
  expect(context.problems.map((problem) => problem.message).join("\n")).toContain(part);
});
