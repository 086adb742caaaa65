import {
  Composer,
  isScalar,
  LineCounter,
  Parser,
  visit,
  YAMLParseError,
  type Alias,
  type Document,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Path, Problem } from "../problem";
import { readJson } from "./json-text";
import { Locator, offsetOf, type Position } from "./locator";
import { isNestedWithin, lexWithin } from "./nesting";

export type { Position } from "./locator";

/** A declarative file as plain data, with the way back to where each part stands. */
export interface DeclarativeDocument {
  /** The file's content; absent where `problems` has an error. */
  readonly value?: unknown;
  readonly problems: readonly Problem[];
  /** Position of the node at a path; where there is none, of its nearest ancestor. A map's member is found at its key. */
  locate(path: Path): Position;
}

/** How often aliases may multiply nodes before the file counts as a bomb; generous for anchors that people write. */
const MAX_ALIAS_COUNT = 1000;
/** Levels of lists and maps, and columns of indentation. Kong's deepest field has about 12; parsing far more would exhaust the stack, which can end the process. */
const MAX_DEPTH = 256;
const TOO_DEEP = `The file is nested too deeply: at most ${MAX_DEPTH} levels are read.`;
/** One mistake brings many others with it, so not all are worth showing. */
const MAX_SYNTAX_ERRORS = 20;
const START: Position = { line: 1, column: 1 };

/** The library's own messages quote the file's text, which may be a secret; these do not. Keys: its error codes. */
const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "An alias (*name) cannot have an anchor or a tag.",
  BAD_ALIAS: "An alias (*name) must have a name that was anchored (&name) before.",
  BAD_DIRECTIVE: "A line that begins with % is a YAML directive, and this one is not known.",
  BAD_DQ_ESCAPE: "A text in double quotes has an unknown escape: write \\\\ for a backslash, or use single quotes.",
  BAD_INDENT: "The indentation does not fit the lines above, or a closing bracket is missing.",
  BAD_PROP_ORDER: "Anchors and tags must stand after the -, ? or : they belong to.",
  BAD_SCALAR_START: "A plain text cannot begin with this character: put it in quotes.",
  BLOCK_AS_IMPLICIT_KEY: "A nested map must begin on a line of its own; a text that contains a colon and a space needs quotes.",
  BLOCK_IN_FLOW: "A block (- or key: on lines of their own) cannot stand inside [ ] or { }.",
  DUPLICATE_KEY: "The keys of a map must be unique, but this one occurs twice: remove one of them.",
  IMPOSSIBLE: "The text cannot be understood.",
  KEY_OVER_1024_CHARS: "A key may have at most 1024 characters.",
  MISSING_CHAR: "A closing quote, bracket, comma or colon is missing.",
  MULTILINE_IMPLICIT_KEY: "A key must stand on one line; a text that contains a colon and a space needs quotes.",
  MULTIPLE_ANCHORS: "A value can have only one anchor.",
  MULTIPLE_DOCS: "The file must hold a single document: remove the --- lines and what belongs to other documents.",
  MULTIPLE_TAGS: "A value can have only one tag.",
  NON_STRING_KEY: "The keys of a map must be texts.",
  TAB_AS_INDENT: "Indent with spaces: YAML allows no tab here.",
  TAG_RESOLVE_FAILED: "The tag (!name) is not known here: remove it.",
  UNEXPECTED_TOKEN: "This does not belong here.",
};

/** Reads YAML 1.2 or JSON text; merge keys (`<<`) and anchors work, duplicate keys are errors. Never throws. */
export function readDocument(text: string): DeclarativeDocument {
  const json = readJson(text);
  if (json === undefined) return readYaml(text);
  if (!isNestedWithin(json.value, MAX_DEPTH)) return failed(TOO_DEEP);
  let positions: DeclarativeDocument | undefined;
  return {
    value: json.value,
    problems: [],
    // JSON is YAML too; only a file with problems pays for that.
    locate: (path) => (positions ??= readYaml(text)).locate(path),
  };
}

function readYaml(text: string): DeclarativeDocument {
  const lexemes = lexWithin(text, MAX_DEPTH);
  if (lexemes === undefined) return failed(TOO_DEEP);
  const lines = new LineCounter();
  const document = compose(lexemes, text.length, lines);
  if (document === undefined) return failed("The text is no YAML or JSON.");
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? START : { line, column: col };
  };
  const describe = (severity: Problem["severity"]) => (issue: YAMLError) => describeIssue(issue, severity, text, at);
  noteDuplicateKeys(document);
  const warnings = document.warnings.slice(0, MAX_SYNTAX_ERRORS).map(describe("warning"));
  const errors = document.errors.slice(0, MAX_SYNTAX_ERRORS).map(describe("error"));
  if (errors.length > 0) return { problems: [...errors, ...warnings], locate: () => START };
  const dangling = bindAliases(document);
  if (dangling !== undefined) return failed(SYNTAX_MESSAGES["BAD_ALIAS"] ?? "", at(dangling));
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    if (!isNestedWithin(value, MAX_DEPTH)) return failed(TOO_DEEP);
    return { value, problems: warnings, locate: new Locator(document, at).locate };
  } catch {
    return failed("Aliases (*name) must not refer to what contains them, nor multiply the file beyond measure.");
  }
}

/** The library's own check compares each key of a map with all others. Errors stay in the order of the file. */
function noteDuplicateKeys(document: Document.Parsed): void {
  const { errors } = document;
  const before = errors.length;
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && key.range) {
          errors.push(new YAMLParseError([key.range[0], key.range[0] + 1], "DUPLICATE_KEY", ""));
        }
        seen.add(key.value);
      }
      return errors.length - before < MAX_SYNTAX_ERRORS ? undefined : visit.BREAK;
    },
  });
  if (errors.length > before) errors.sort((left, right) => left.pos[0] - right.pos[0]);
}

/**
 * Tells each alias what it stands for, as the library would look through the whole file for each of them. Returns the offset of the first alias without
 * an anchor.
 */
function bindAliases(document: Document.Parsed): number | undefined {
  const anchored = new Map<string, Scalar | YAMLMap | YAMLSeq>();
  let dangling: number | undefined;
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias: (_key, alias) => {
      const source = anchored.get(alias.source);
      if (source === undefined) dangling ??= offsetOf(alias);
      else bindAlias(alias, source);
    },
  });
  return dangling;
}

/** What the library looks for comes from a list, which is the whole file's unless it is given; it goes on counting how often aliases multiply. */
function bindAlias(alias: Alias, source: Scalar | YAMLMap | YAMLSeq): void {
  const resolve = alias.resolve.bind(alias);
  alias.resolve = (document, context) => {
    if (context === undefined) return source;
    context.aliasResolveCache = [source, alias];
    return resolve(document, context);
  };
}

function describeIssue(issue: YAMLError, severity: Problem["severity"], text: string, at: (offset: number) => Position): Problem {
  const [start] = issue.pos;
  const message = SYNTAX_MESSAGES[issue.code] ?? "The text is no valid YAML or JSON.";
  const key = issue.code === "DUPLICATE_KEY" ? /^"?([a-z_]{1,40})(?![\w-])/.exec(text.slice(start, start + 100))?.[1] : undefined;
  return { severity, path: [], message: key === undefined ? message : message.replace("this one", `"${key}"`), ...at(start) };
}

/** What the library's `parseDocument` does, but with the lexemes that were measured before. */
function compose(lexemes: readonly string[], length: number, lines: LineCounter): Document.Parsed | undefined {
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ merge: true, uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  const tokens = function* () {
    lines.addNewLine(0);
    for (const lexeme of lexemes) yield* parser.next(lexeme);
    yield* parser.end();
  };
  try {
    const [first, second] = composer.compose(tokens(), true, length);
    if (first !== undefined && second !== undefined) {
      const [start] = second.range;
      first.errors.push(new YAMLParseError([start, start + 1], "MULTIPLE_DOCS", ""));
    }
    return first;
  } catch {
    return undefined;
  }
}

function failed(message: string, position = START): DeclarativeDocument {
  return { problems: [{ severity: "error", path: [], message, ...position }], locate: () => START };
}
