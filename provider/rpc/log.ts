/**
 * Log lines that core can read: one JSON object per line on stderr, in the form of its own logger. Core's reader panics where one of the three
 * reserved fields is not text, and reads a time stamp only with exactly six digits of a second, so all of that is fixed here.
 */

/** From most to least talkative. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

/** One of LOG_LEVELS. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Further facts of a line. Whoever logs keeps secrets out of them: they end up in public bug reports. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes lines of its level and above. */
export type Logger = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** What a logger needs from outside. */
export interface LoggerOptions {
  /** Shown before each message, such as `provider.demo`. */
  readonly module: string;
  /** Lowest level that is written; undefined writes nothing. */
  readonly level: LogLevel | undefined;
  readonly write: (line: string) => void;
  readonly clock?: () => Date;
}

/** In bytes. Core reads lines of 64 KiB; what is longer would arrive in pieces that it takes for plain text. */
const LONGEST_LINE = 60_000;
/** In characters, of which JSON can make 6 bytes each. */
const LONGEST_MESSAGE = 8_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The level that the user asked for: TF_LOG_PROVIDER, else TF_LOG; nothing where both are absent or `off`. `JSON` and what core does not know
 * mean everything, as they do for core.
 */
export function logLevelFrom(env: Environment): LogLevel | undefined {
  const asked = [env["TF_LOG_PROVIDER"], env["TF_LOG"]].find((text) => text !== undefined && text !== "")?.toLowerCase();
  if (asked === undefined || asked === "off") return undefined;
  return LOG_LEVELS.find((level) => level === asked) ?? "trace";
}

/** `2026-11-22T12:00:00.123000Z` */
function timestamp(time: Date): string {
  return time.toISOString().replace(/Z$/, "000Z");
}

/** One line, newline included, of 60,000 bytes at most: where it would be longer, the message is cut and the fields are left out. Fields cannot replace the reserved ones. */
export function logLine(level: LogLevel, module: string, message: string, fields: LogFields, time: Date): string {
  const own = Object.entries(fields).filter(([key]) => !key.startsWith("@"));
  const reserved = { "@level": level, "@message": message, "@module": module, "@timestamp": timestamp(time) };
  const line = `${JSON.stringify({ ...Object.fromEntries(own), ...reserved })}\n`;
  if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
  const short = message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}… (${message.length} characters)`;
  return `${JSON.stringify({ ...reserved, "@message": short, omitted_fields: own.length })}\n`;
}

/** Makes a logger; below its level a call costs a function call. */
export function createLogger({ module, level, write, clock = () => new Date() }: LoggerOptions): Logger {
  const lowest = level === undefined ? LOG_LEVELS.length : LOG_LEVELS.indexOf(level);
  const method = (one: LogLevel, index: number): Logger[LogLevel] =>
    index < lowest ? () => undefined : (message, fields = {}) => write(logLine(one, module, message, fields, clock()));
  return Object.fromEntries(LOG_LEVELS.map((one, index) => [one, method(one, index)])) as Record<LogLevel, Logger[LogLevel]>;
}
