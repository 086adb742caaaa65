import { validateHeaderValue } from "node:http";
import { credentialProblem } from "../../config/credential-text";
import { anyCharacter, fc } from "../support/properties";

test.each([
  ["", undefined, undefined],
  ["Bearer sk-1~", undefined, undefined],
  ["sk\n1", "a line break was given as its character 3", "a line break was given as its character 3"],
  ["sk\r\n1", "a line break was given as its character 3", "a line break was given as its character 3"],
  ["sk\u20281", "a line break was given as its character 3", "a line break was given as its character 3"],
  ["\ufeffsk", "a byte order mark was given as its character 1", "a byte order mark was given as its character 1"],
  ["s\u0000", "a control character was given as its character 2", "a control character was given as its character 2"],
  ["s\u007f", "a control character was given as its character 2", "a control character was given as its character 2"],
  ["s\t", undefined, "a control character was given as its character 2"],
  ["s\u00a0", "one beyond ASCII was given as its character 2", undefined],
  ["s\u00e9", "one beyond ASCII was given as its character 2", undefined],
  ["\u6a21", "one beyond ASCII was given as its character 1", undefined],
  ["k".repeat(65_537), "at most 65536 characters", undefined],
])("%j: in a header %j, as a parameter %j", (text, header, parameter) => {
  const told = (problem: string | undefined): string | undefined => problem?.slice(0, 500);
  expect(told(credentialProblem(text, "header")) ?? "").toContain(header ?? "");
  expect(credentialProblem(text, "header") === undefined).toBe(header === undefined);
  expect(told(credentialProblem(text, "parameter")) ?? "").toContain(parameter ?? "");
  expect(credentialProblem(text, "parameter") === undefined).toBe(parameter === undefined);
});

test("what is taken for a header can be sent, and no problem repeats the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1 }), (text) => {
      if (credentialProblem(text, "header") === undefined) validateHeaderValue("x", text);
      const marked = `CANARY7${text}CANARY7`;
      for (const carrier of ["header", "parameter"] as const) expect(credentialProblem(marked, carrier) ?? "").not.toContain("CANARY7");
    }),
  );
});
