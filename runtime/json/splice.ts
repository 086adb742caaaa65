import type { Member, ObjectScan } from "./scan";

/** One change of a top-level member: a new value as JSON text, or undefined to take the member out. */
export interface Edit {
  readonly key: string;
  readonly value: string | undefined;
}

/**
 * Changes top-level members of a body and leaves every other byte as it was: an existing member's value is replaced in place, a member is
 * taken out together with one comma, a missing one is appended behind the last. `scan` must be of this very `body`, `value` valid JSON text
 * and no key named by two edits. A key that occurs twice in the body is changed at every occurrence. Without a change `body` itself is returned.
 */
export function spliceObject(body: Buffer, scan: ObjectScan, edits: readonly Edit[]): Buffer {
  const changes = changesOf(scan, edits);
  return changes.starts.length === 0 ? body : replaceSpans(body, 0, body.length, changes);
}

/**
 * Changes a body as `spliceObject` does, but gives what stands before and behind the value of one member, so that another value can be put between them.
 * @param hole which no edit may name
 */
export function spliceAround(
  body: Buffer,
  scan: ObjectScan,
  edits: readonly Edit[],
  hole: Member,
): readonly [before: Buffer, behind: Buffer] {
  const { starts, ends, texts } = changesOf(scan, edits);
  const first = starts.findIndex((start) => start >= hole.valueEnd);
  const at = first < 0 ? starts.length : first;
  return [
    replaceSpans(body, 0, hole.valueStart, { starts: starts.slice(0, at), ends: ends.slice(0, at), texts: texts.slice(0, at) }),
    replaceSpans(body, hole.valueEnd, body.length, { starts: starts.slice(at), ends: ends.slice(at), texts: texts.slice(at) }),
  ];
}

/** Parallel lists of the spans that go and the texts that come instead, in the order of the body. */
interface Changes {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly texts: readonly string[];
}

function changesOf(scan: ObjectScan, edits: readonly Edit[]): Changes {
  const { members } = scan;
  const starts: number[] = [];
  const ends: number[] = [];
  const texts: string[] = [];
  let kept = false;
  for (let index = 0; index < members.length; index++) {
    const member = members[index] as Member;
    const edit = editOf(edits, member.key);
    if (edit !== undefined && edit.value === undefined) {
      // Behind a member that stays, the comma before goes; else the comma behind.
      const next = members[index + 1];
      starts.push(kept ? (members[index - 1] as Member).valueEnd : member.keyStart);
      ends.push(kept || next === undefined ? member.valueEnd : next.keyStart);
      texts.push("");
      continue;
    }
    kept = true;
    if (edit?.value === undefined) continue;
    starts.push(member.valueStart);
    ends.push(member.valueEnd);
    texts.push(edit.value);
  }

  const last = members[members.length - 1];
  const appended = appendix(members, edits, kept);
  if (appended !== "") {
    const at = last === undefined ? scan.open + 1 : last.valueEnd;
    starts.push(at);
    ends.push(at);
    texts.push(appended);
  }
  return { starts, ends, texts };
}

/** The members that the body lacks, as they are written behind the last one. */
function appendix(members: readonly Member[], edits: readonly Edit[], kept: boolean): string {
  let text = "";
  for (const { key, value } of edits) {
    if (value === undefined || hasMember(members, key)) continue;
    text += `${kept || text !== "" ? "," : ""}${JSON.stringify(key)}:${value}`;
  }
  return text;
}

function editOf(edits: readonly Edit[], key: string): Edit | undefined {
  for (const edit of edits) if (edit.key === key) return edit;
  return undefined;
}

function hasMember(members: readonly Member[], key: string): boolean {
  for (const member of members) if (member.key === key) return true;
  return false;
}

/** Writes a part of the body with its spans replaced into a single new buffer. */
function replaceSpans(body: Buffer, from: number, to: number, { starts, ends, texts }: Changes): Buffer {
  let length = to - from;
  for (let index = 0; index < starts.length; index++) {
    length += Buffer.byteLength(texts[index] as string) - ((ends[index] as number) - (starts[index] as number));
  }
  const output = Buffer.allocUnsafe(length);
  let read = from;
  let written = 0;
  for (let index = 0; index < starts.length; index++) {
    written += body.copy(output, written, read, starts[index]);
    written += output.write(texts[index] as string, written);
    read = ends[index] as number;
  }
  body.copy(output, written, read, to);
  return output;
}
