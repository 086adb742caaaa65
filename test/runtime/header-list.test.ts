import { hasHeader, indexOfHeader, setHeader, valueOfHeader } from "../../runtime/header-list";

const HEADERS = ["A", "content-type", "Content-Type", "text/plain", "b", "2", "content-type", "text/html"];

test("the first header of a name is found in any spelling, and a value is no name", () => {
  expect(indexOfHeader(HEADERS, "content-type")).toBe(2);
  expect(valueOfHeader(HEADERS, "content-type")).toBe("text/plain");
  expect(hasHeader(HEADERS, "b")).toBe(true);
});

test("a name that is not there", () => {
  expect(indexOfHeader(HEADERS, "2")).toBe(-1);
  expect(valueOfHeader(HEADERS, "text/plain")).toBeUndefined();
  expect(hasHeader([], "b")).toBe(false);
});

test("a header takes the place of all of its name, and of no value that is equal to it", () => {
  const headers = [...HEADERS];
  setHeader(headers, "content-type", "text/event-stream");
  expect(headers).toEqual(["A", "content-type", "b", "2", "content-type", "text/event-stream"]);
});
