import { createHash } from "node:crypto";

/** Ids that Anthropic takes. Source: its refusal of others, "String should match pattern '^[a-zA-Z0-9_-]+$'". */
const PATTERN = /^[a-zA-Z0-9_-]+$/;

/** Enough that two ids of one conversation do not meet, in characters of six bits. */
const HASH_LENGTH = 24;

/** Ids of tool calls of one exchange. One that Anthropic refuses is replaced by a hash of it, the same in every turn of the conversation. */
export class ToolIds {
  private replaced: Map<string, string> | undefined;

  write(id: string): string {
    if (PATTERN.test(id)) return id;
    const hash = `call_${createHash("sha256").update(id).digest("base64url").slice(0, HASH_LENGTH)}`;
    (this.replaced ??= new Map()).set(hash, id);
    return hash;
  }

  /** The client's id if it was replaced. */
  read(id: string): string {
    return this.replaced?.get(id) ?? id;
  }
}
