import type { Log, OperationContext } from "../context";
import { decodeJson } from "../cty/json";
import { decodeMsgpack, encodeMsgpack } from "../cty/msgpack";
import { isArray, isRecord, member, withoutRefinements, type CtyRecord, type CtyValue } from "../cty/value";
import { Diagnostics, Secrets, toDiagnosticMessages } from "../diagnostics";
import { nestedBody } from "../plan/match-set";
import { isWriteOnly } from "../schema/attribute";
import { bodyType, type Body } from "../schema/block";
import { parseDuration, type TimedOperation } from "../schema/timeouts";
import type { DiagnosticMessage, DynamicValueMessage } from "./messages";
import type { Session } from "./session";
import { checkNumbers } from "./numbers";

function addText(value: CtyValue, secrets: Secrets): void {
  if (typeof value === "string" || typeof value === "number") secrets.add(String(value));
  else if (isArray(value)) for (const element of value) addText(element, secrets);
  else if (isRecord(value)) for (const key of Object.keys(value)) addText(member(value, key), secrets);
}

function addElements(body: Body, value: CtyValue, secrets: Secrets): void {
  if (isArray(value)) for (const element of value) addElements(body, element, secrets);
  else if (isRecord(value)) {
    // A map of objects is walked by its keys, an object by its schema; the names of a schema cannot be told from keys, so both are tried.
    const isObject = Object.keys(value).every((key) => Object.hasOwn(body.attributes, key) || Object.hasOwn(body.blocks, key));
    if (isObject) addSecrets(body, value, secrets);
    else for (const key of Object.keys(value)) addElements(body, member(value, key), secrets);
  }
}

/** Registers what a schema marks as sensitive or write-only. */
function addSecrets(body: Body, value: CtyRecord, secrets: Secrets): void {
  for (const [name, attribute] of Object.entries(body.attributes)) {
    if (attribute.sensitive || isWriteOnly(attribute)) addText(member(value, name), secrets);
    else if (attribute.nested !== undefined) addElements(nestedBody(attribute.nested), member(value, name), secrets);
  }
  for (const [name, block] of Object.entries(body.blocks)) addElements(block, member(value, name), secrets);
}

/** What a limited run came to. */
export type Run<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** One RPC under way: collects its diagnostics, knows its secrets, keeps its time. */
export class Operation implements OperationContext {
  readonly diagnostics = new Diagnostics();
  readonly secrets = new Secrets();
  private limit: AbortSignal | undefined;

  constructor(readonly session: Session) {}

  /** Aborted by StopProvider, and by the time limit while a limited handler runs. */
  get signal(): AbortSignal {
    return this.limit ?? this.session.signal;
  }

  readonly log: Log = (level, message, fields = {}) => {
    const safe = Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? this.redact(value) : value] as const);
    this.session.log(level, this.redact(message), Object.fromEntries(safe));
  };

  private redact(text: string): string {
    return this.session.secrets.redact(this.secrets.redact(text));
  }

  /** Decodes an object by its schema; absent bytes are null. @throws ValueError when it does not fit the schema. */
  decode(body: Body, message: DynamicValueMessage | undefined): CtyRecord | null {
    const type = bodyType(body);
    let value: CtyValue = null;
    if (message?.msgpack !== undefined && message.msgpack.length > 0) value = decodeMsgpack(type, message.msgpack);
    else if (message?.json !== undefined && message.json.length > 0) value = decodeJson(type, Buffer.from(message.json).toString());
    if (!isRecord(value)) return null;
    addSecrets(body, value, this.secrets);
    return value;
  }

  /** Decodes a configuration, and reports numbers that its attributes cannot hold. */
  decodeConfig(body: Body, message: DynamicValueMessage | undefined): CtyRecord | null {
    const config = this.decode(body, message);
    if (config !== null) checkNumbers(body, config, this.diagnostics);
    return config;
  }

  /** Encodes an object by its schema. What is known about unknown values stays out: core would hold the provider to it. */
  encode(body: Body, value: CtyRecord | null): DynamicValueMessage {
    if (value !== null) addSecrets(body, value, this.secrets);
    return { msgpack: encodeMsgpack(bodyType(body), value === null ? null : withoutRefinements(value)) };
  }

  /** The diagnostics collected, as core takes them. */
  messages(): readonly DiagnosticMessage[] {
    return toDiagnosticMessages(this.diagnostics.all, this.secrets).map((message) => ({
      ...message,
      summary: this.session.secrets.redact(message.summary),
      detail: this.session.secrets.redact(message.detail),
    }));
  }

  /** Runs a handler: what it throws becomes a diagnostic. */
  async attempt<T>(during: string, run: () => T | Promise<T>): Promise<Run<T>> {
    try {
      return { ok: true, value: await run() };
    } catch (error) {
      this.diagnostics.thrown(error, during);
      return { ok: false };
    }
  }

  /**
   * Runs a handler within a time limit. Over the limit, or when the provider is stopped, its signal is aborted; a handler that does not
   * end within the grace period after that is left behind.
   */
  async attemptWithin<T>(during: string, limitMs: number | undefined, run: () => T | Promise<T>): Promise<Run<T>> {
    const { session } = this;
    const timeout = new AbortController();
    this.limit = AbortSignal.any([session.signal, timeout.signal]);
    const timers: NodeJS.Timeout[] = [];
    const isTimedOut = (): boolean => timeout.signal.aborted;
    if (limitMs !== undefined) timers.push(setTimeout(() => timeout.abort(new Error(`${during} took longer than ${limitMs} ms`)), limitMs));
    const signal = this.limit;
    let onAbort = (): void => undefined;
    const abandoned = new Promise<Run<T>>((resolve) => {
      onAbort = () => {
        timers.push(
          setTimeout(() => {
            this.diagnostics.error(`Gave up ${during}`, `It did not end within ${session.graceMs} ms after it was asked to.`);
            resolve({ ok: false });
          }, session.graceMs),
        );
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      const result = await Promise.race([this.attempt(during, run), abandoned]);
      if (!result.ok && isTimedOut()) {
        this.diagnostics.error(
          "Time limit exceeded",
          `The limit of ${limitMs ?? 0} ms for ${during} is over. The timeouts attribute can raise it.`,
        );
      }
      return result;
    } finally {
      signal.removeEventListener("abort", onAbort);
      for (const timer of timers) clearTimeout(timer);
    }
  }
}

/** The time limit of an operation in milliseconds: the user's, else the resource's own, else none. */
export function limitOf(
  operation: TimedOperation,
  config: CtyRecord | null,
  defaults: Partial<Readonly<Record<TimedOperation, string>>> | undefined,
): number | undefined {
  const timeouts = config === null ? null : member(config, "timeouts");
  const text = timeouts !== null && isRecord(timeouts) ? member(timeouts, operation) : null;
  const chosen = typeof text === "string" ? text : defaults?.[operation];
  return chosen === undefined ? undefined : parseDuration(chosen);
}

/**
 * Answers one RPC: `answer` fills in its part, the diagnostics are added. A throw of any kind is a diagnostic in the answer.
 */
export async function respond<R extends object>(
  session: Session,
  during: string,
  answer: (operation: Operation) => Promise<R>,
): Promise<Partial<R> & { readonly diagnostics: readonly DiagnosticMessage[] }> {
  const operation = new Operation(session);
  const result = await operation.attempt(during, () => answer(operation));
  return { ...((result.ok ? result.value : {}) as Partial<R>), diagnostics: operation.messages() };
}
