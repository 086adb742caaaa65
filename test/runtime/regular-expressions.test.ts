import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { isLinear } from "../../config/expressions/linear";
import { parsePlain } from "../../config/expressions/syntax";

/**
 * The product's own expressions that the check does not know to be linear, with why they are, or why their text is short. One that sees what clients or
 * providers send and is not linear does not belong here.
 */
const KNOWN: Readonly<Record<string, string>> = {
  // runtime
  "/claude-(opus|sonnet|haiku|fable|mythos)(?:-(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?)?/": "each repetition takes two digits at most",
  "/^(?:retry-after(?:-ms)?|x-request-id|(?:[a-z]+-)*ratelimit(?:-[a-z]+)*)$/":
    "begins at the start; each word ends at a hyphen of its own",
  "/\\d+/": "matches at its first digit",
  '/"tool_call_id"\\s*:\\s*"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"/g':
    "begins at a word of its own, up to the next quote that is not escaped; a backslash begins each repetition",
  '/("(?:tool_call_id|id)"\\s*:\\s*")([^"\\\\]*(?:\\\\.[^"\\\\]*)*)(?=")/g':
    "begins at a word of its own, up to the next quote that is not escaped; a backslash begins each repetition",
  "/\\r\\n|\\n|\\r/": "takes two characters at most",
  "/(^|,)\\s*text\\/html\\s*(;|,|$)/i": "spaces follow a comma or the start, so that each is looked at once",
  "/^Bearer +(\\S+)$/i": "begins at the start; spaces and what follows them are disjoint",
  "/^Max open files\\s+(\\d+|unlimited)\\s/m": "the kernel's text",
  "/^[\\w!#$&^.+-]+\\/[\\w!#$&^.+-]*\\+json$/": "begins at the start; two repetitions with a slash between them",
  "/^(?:\\[(?<bracketed>[^\\]]*)\\]|(?<plain>[^:[\\]]*))(?::\\d{1,5})?$/":
    "begins at the start; each repetition ends at a character of its own",
  "/[^A-Za-z0-9\\-._~!$&'()*+,;=:@/?[\\]]|\\/[./]/": "two characters",
  "/\\/{2,}/g": "takes all that it can; nothing follows",
  "/:\\d+$/": "begins at colons, of which none is among the digits",
  "/\\p{Surrogate}/u": "one character",
  "/:[/\\\\]{2}|^\\s*[/\\\\]{2}|^\\s*(?:https?|wss?|ftp|file):/i": "spaces are looked at from the start of the text alone",
  "/^\\[(.*)\\]$/": "begins at the start",
  "/^(.*?)(?::(\\d+))?$/": "begins at the start; digits are tried after colons alone",
  // config
  "/^[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*$/": "begins at the start; dots are not among what they separate",
  "/^https?:\\/\\/[^/?#\\\\@*\\s]+\\/?$/i": "begins at the start; a slash is not among what precedes it",
  "/(?:^|[\\r\\n])event: ?error[\\r\\n]/": "each line end is followed by a fixed length",
  "/(?<![A-Za-z0-9])sk-(?=[A-Za-z0-9_-]{0,200}\\d)[A-Za-z0-9_-]{16,}/": "looks 201 characters ahead; nothing follows the repetition",
  "/(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])/": "a fixed length",
  "/(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{30,}/": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])gsk_[A-Za-z0-9]{16,}/": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])xai-(?=[A-Za-z0-9_-]{0,200}\\d)[A-Za-z0-9_-]{16,}/": "looks 201 characters ahead; nothing follows the repetition",
  "/(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}/": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/": "nothing follows the repetitions",
  "/(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/": "nothing follows the repetition",
  "/-----BEGIN [A-Z ]*PRIVATE KEY-----/": "the repetition ends at a dash, with which the expression begins",
  '/^"?([a-z_]{1,40})(?![\\w-])/': "begins at the start",
  "/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i": "a fixed length",
  "/\\s*:/y": "begins at one place",
  "/^(?:[A-Za-z0-9._~/\\-:@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/": "begins at the start; the alternatives begin differently",
  "/^(?:\\*\\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:\\.\\*)?(?::\\d{1,5})?$|^\\[[0-9A-Fa-f:.]+\\](?::\\d{1,5})?$/":
    "begins at the start; one repetition in each alternative",
  "/\\.\\*(?::\\d+)?$/": "begins at dots, of which none is among the digits",
  "/^\\(\\?(?:#|[a-zA-Z-]{0,8}x)/": "a fixed length",
  "/\\{\\d+(?:,\\d*)?\\}$/": "begins at braces, of which none is among the digits",
  "/\\((?:\\?:|\\?P?<([A-Za-z_][A-Za-z0-9_]{0,63})>|(?!\\?))/y": "a fixed length",
  '/^\\s*env\\s+(?:"([^"]*)"|`([^`]*)`)\\s*(?:\\|\\s*(?:toString|toBool|toInt|toFloat)\\s*)?$/':
    "begins at the start; each repetition ends at a character of its own",
  // cli
  "/:\\/\\/|www\\.|[\\\\`*~[\\]{}|$^&<>@#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gi": "four characters",
  '/^\\s*\\{"@level"/': "begins at the start",
  "/-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g":
    "names end at a dash, with which both lines begin; what has begun always ends, at the text's end if nowhere else",
  "/(?<![A-Za-z0-9])(?:sk|pk|rk|xai)[-_][A-Za-z0-9_-]{12,}/g": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}/g": "a fixed length",
  "/(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{20,}/g": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])(?:gsk|hf|gh[opsur]|github_pat|glpat)[-_][A-Za-z0-9_-]{12,}/g": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/g": "nothing follows the repetition",
  "/(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)*/g": "dots are not among what they separate; nothing follows",
  "/\\b(?:Bearer|Basic)\\s+(?!\\{|\\$\\{)[^\\s\"']+/gi": "spaces and what follows them are disjoint",
  "/(?<![A-Za-z0-9+])(?=[A-Za-z+]*\\d)(?=[\\d+]*[A-Za-z])[A-Za-z0-9+]{24,}={0,2}/g":
    "begins once in each run of letters, digits and plus signs, and looks at that run alone",
  "/(?<=:\\/\\/)[^\\s/?#@]*@/g": "begins after slashes, of which none is in the repetition",
  "/(?<=[?&][^=&#\\s]{1,64}=)[^&#\\s]+/g": "looks 66 characters back; nothing follows the repetition",
  "/[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]/g": "one character, and one beside it",
  "/^(?:Bearer|Basic|Token|Key)\\s+/i": "begins at the start; nothing follows",
  "/^\\s*(?:(?:Bearer|Basic|Token|Key|ApiKey)\\s*)?$/i": "begins at the start; a word stands between the spaces",
  // constructs
  "/\\$\\{TfToken\\[[^\\]$]*\\]\\}/": "begins at a dollar sign, which is not in the repetition",
  "/^_+|_+$/g": "no two underscores stand together there",
  "/\\n/g": "one character",
  "/\\r/g": "one character",
  // provider
  "/(?<=[a-z0-9])([A-Z])/g": "one character, and one before it",
  "/\\.\\d+Z$/": "begins at dots, of which none is among the digits",
  '/[ \\t\\r\\n]*(?:("(?:[^"\\\\\\u0000-\\u001f]|\\\\.)*")|(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)|(true|false|null)|([[\\]{},:])|$)/y':
    "begins at one place; the tokens begin differently",
  "/^(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h))+$/": "begins at the start; digits and units are disjoint",
  "/(\\d+(?:\\.\\d+)?)(ms|s|m|h)/g": "sees what the expression above has matched",
};

/** One set of characters, repeated or not: from the start of the text on, or with nothing after it. */
const ONE_SET = /^\/(?:\^\[(?:\\.|[^\]\\])*\][*+]?\$?|\[(?:\\.|[^\]\\])*\]\+?|\\[sSdDwW])\/[a-z]*$/;

function* literalsOf(folder: string): Generator<string> {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest, true));
    yield* found;
  }
}

function isKnownLinear(literal: string): boolean {
  const end = literal.lastIndexOf("/");
  const flags = literal.slice(end + 1);
  const tree = parsePlain(literal.slice(1, end), flags.includes("i"));
  return tree !== undefined && isLinear(tree, { anchored: flags.includes("y") });
}

const FOLDERS = ["runtime", "config", "cli", "constructs", "provider"];
const literals = [...new Set(FOLDERS.flatMap((folder) => [...literalsOf(join(__dirname, "../..", folder))]))];
const unknown = literals.filter((literal) => !isKnownLinear(literal) && !ONE_SET.test(literal));

test("every regular expression of the product takes linear time", () => {
  expect(literals.length).toBeGreaterThan(100);
  expect(unknown.filter((literal) => !Object.hasOwn(KNOWN, literal))).toEqual([]);
});

test("no reason outlives its expression", () => {
  expect(Object.keys(KNOWN).filter((literal) => !unknown.includes(literal))).toEqual([]);
});

test.each(["/[ab]+$/", "/[ab]*[bc]/", "/\\s*\\n/g", "/^(a+)+$/"])("%s would be noticed", (literal) => {
  expect([isKnownLinear(literal), ONE_SET.test(literal)]).toEqual([false, false]);
});
