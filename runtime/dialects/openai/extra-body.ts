import type { Ask } from "../../codecs/ask";
import { GatewayError } from "../../errors";
import { findMember, scanObject, type Member, type ObjectScan, type ScanResult } from "../../json/scan";
import type { Edit } from "../../json/splice";

/** Members of `extra_body` at most, as each is looked for among all others. */
const MAX_EXTRA = 64;

/** Members of a conversation that `extra_body` cannot set, as the gateway does. */
export const OWN_OF_CHATS: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "stream_options",
  "messages",
  "prompt",
  "max_tokens",
  "max_completion_tokens",
]);

/** What `extra_body` cannot set. */
export interface ExtraRules {
  /** Members that are the gateway's to set. */
  readonly own: ReadonlySet<string>;
  /** Members that the provider refuses. */
  readonly refuses: readonly string[];
}

/** The members of a request's `extra_body`. */
export class ExtraBody {
  /** Those that had no effect when they were added, by names that say that they stood there (`extra_body.seed`). */
  readonly dropped: string[] = [];

  /**
   * @param body the JSON object that holds them
   * @param members each key once
   */
  constructor(
    readonly body: Buffer,
    readonly members: readonly Member[],
  ) {}

  /**
   * They stand in the body themselves, unless the client or the gateway has set them (docs/behaviour.md "Requests and models").
   * @param edits what else changes; they are added to
   */
  addTo(scan: ObjectScan, { own, refuses }: ExtraRules, edits: Edit[]): void {
    edits.push({ key: "extra_body", value: undefined });
    for (const { key, valueStart, valueEnd } of this.members) {
      if (findMember(scan, key) !== undefined) continue;
      if (own.has(key) || refuses.includes(key) || edits.some((edit) => edit.key === key)) this.dropped.push(`extra_body.${key}`);
      else edits.push({ key, value: this.body.toString("utf8", valueStart, valueEnd) });
    }
  }
}

/** Of requests under way, so that a large one is gone through once for all targets and attempts. */
const scanned = new WeakMap<ObjectScan, ScanResult>();

/** What `extra_body` holds. */
interface Inner {
  readonly value: Buffer;
  readonly scan: ScanResult;
}

function innerOf(body: Buffer, scan: ObjectScan): Inner | undefined {
  const member = findMember(scan, "extra_body");
  if (member === undefined) return undefined;
  const value = body.subarray(member.valueStart, member.valueEnd);
  let inner = scanned.get(scan);
  if (inner === undefined) scanned.set(scan, (inner = scanObject(value)));
  return { value, scan: inner };
}

/** Each key once: of two, the later one, as a JSON reader takes it. */
const oncePerKey = (members: readonly Member[]): readonly Member[] =>
  members.filter((one) => members.findLast(({ key }) => key === one.key) === one);

/** A member where it stands. */
export interface PlacedMember {
  readonly body: Buffer;
  readonly member: Member;
}

/** A member of the request or else of its `extra_body`, as the provider gets it; undefined if it has none. Never throws. */
export function memberAnywhere({ body, scan }: Pick<Ask, "body" | "scan">, key: string): PlacedMember | undefined {
  if (scan === undefined) return undefined;
  const own = findMember(scan, key);
  if (own !== undefined) return { body, member: own };
  const inner = innerOf(body, scan);
  const member = inner?.scan.ok === true ? inner.scan.members.findLast((one) => one.key === key) : undefined;
  return inner && member && { body: inner.value, member };
}

/**
 * The members of `extra_body`; undefined if there is none, or something else than an object, which is the provider's to refuse.
 * @throws GatewayError `wrong_format` if they are too many
 */
export function extraBodyOf({ body }: Ask, scan: ObjectScan): ExtraBody | undefined {
  const inner = innerOf(body, scan);
  if (inner?.scan.ok !== true) return undefined;
  const { members } = inner.scan;
  if (members.length > MAX_EXTRA) {
    throw new GatewayError("wrong_format", `'extra_body' must have at most ${MAX_EXTRA} members, but it has ${members.length}`);
  }
  return new ExtraBody(inner.value, oncePerKey(members));
}
