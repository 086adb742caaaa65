import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fc } from "../support/properties";
import { decodeMsgpack, encodeMsgpack, typeToJson } from "../../provider/framework";
import { anyTyped, describeValue } from "../provider/framework/support/arbitrary-value";

const SEED = 20_261;
const COUNT = 10_000;

interface Answer {
  readonly encoded?: string;
  readonly reencoded?: string;
  readonly equal: boolean;
  readonly error?: string;
}

/** The reference implementation, built from its Go module. */
function askReference(questions: readonly string[]): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), "go-cty-"));
  try {
    const binary = join(folder, "go-cty");
    execFileSync("go", ["build", "-o", binary, "."], {
      cwd: resolve(__dirname, "../tools/go-cty"),
      stdio: ["ignore", "ignore", "inherit"],
    });
    const output = execFileSync(binary, { input: `${questions.join("\n")}\n`, maxBuffer: 1 << 30 }).toString();
    return output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the msgpack codec beside go-cty", () => {
  const cases = fc.sample(anyTyped, { numRuns: COUNT, seed: SEED }).map(({ type, value }) => {
    const hex = encodeMsgpack(type, value).toString("hex");
    return { type, hex, question: `{"type":${typeToJson(type)},"value":${describeValue(type, value)},"msgpack":"${hex}"}` };
  });
  let answers: readonly Answer[] = [];

  beforeAll(() => {
    answers = askReference(cases.map(({ question }) => question));
  }, 300_000);

  it(`writes the same bytes for ${COUNT} values, and is read as the same values`, () => {
    expect(answers).toHaveLength(COUNT);
    const different = cases.filter(({ hex }, index) => {
      const answer = answers[index];
      return answer?.encoded !== hex || answer.reencoded !== hex || !answer.equal;
    });
    expect(
      different
        .slice(0, 5)
        .map(({ question, hex }) => ({ question, hex, answer: answers[cases.findIndex((one) => one.question === question)] })),
    ).toEqual([]);
  });

  it("reads the reference's bytes and writes them again without a change", () => {
    const different = cases.filter(({ type }, index) => {
      const encoded = answers[index]?.encoded ?? "";
      return encodeMsgpack(type, decodeMsgpack(type, Buffer.from(encoded, "hex"))).toString("hex") !== encoded;
    });
    expect(different.slice(0, 5).map(({ question }) => question)).toEqual([]);
  });

  it("covers what it says", () => {
    const all = cases.map(({ question }) => question).join("\n");
    for (const sign of [
      '"u":{',
      '"prefix":"pre-"',
      '"numberLower"',
      '"lengthUpper"',
      '"d":{',
      "null",
      "__proto__",
      '["set",',
      "18446744073709551615".slice(0, 3),
    ]) {
      expect(all).toContain(sign);
    }
  });
});
