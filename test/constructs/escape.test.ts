import { fc } from "../support/properties";
import { Token } from "cdktf";
import { escapeTemplates } from "../../constructs/escape";

/** What Terraform makes of a text in JSON syntax that has no expression. */
const terraform = (text: string): string => text.replace(/\$\$\{/g, () => "${").replace(/%%\{/g, () => "%{");

describe("escapeTemplates", () => {
  it.each([
    ['${{ env "DECK_KEY" }}', '$${{ env "DECK_KEY" }}'],
    ["%{ if x }", "%%{ if x }"],
    ["100 % of $5 {x}", "100 % of $5 {x}"],
    ["{vault://file/a}", "{vault://file/a}"],
  ])("%j becomes %j", (text, escaped) => {
    expect(escapeTemplates(text)).toBe(escaped);
  });

  it("leaves tokens alone, and escapes around them", () => {
    const token = Token.asString({ resolve: () => "x" });
    expect(escapeTemplates(`\${a} ${token} %{b}${token}`)).toBe(`$\${a} ${token} %%{b}${token}`);
  });

  it("reaches every text and every name of a document", () => {
    expect(escapeTemplates({ "${k}": ["${v}", { a: "%{w}" }], n: 1, t: true })).toEqual({
      "$${k}": ["$${v}", { a: "%%{w}" }],
      n: 1,
      t: true,
    });
  });

  it("is undone by Terraform, whatever the text", () => {
    const pieces = fc.array(fc.constantFrom("${", "%{", "}", "{", "a", '"', " ", "\\"), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(fc.property(pieces, (text) => expect(terraform(escapeTemplates(text) as string)).toBe(text)));
  });
});
