import { createHash } from "node:crypto";
import type { AuthConfig } from "../../config/types.generated";
import type { SecretStore } from "../secrets/store";
import { FetchedToken, type TokenContext, type TokenOrder } from "./fetched-token";
import type { ServiceCall } from "./service-call";
import type { CredentialSource } from "./source";
import { noCredential, StaticCredential } from "./static";

/** What credentials need from outside; all of it outlives them. */
export interface CredentialContext extends TokenContext {
  readonly secrets: SecretStore;
  readonly call: ServiceCall;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where providers get credential sources from. It outlives snapshots, so that tokens are kept over a reload. */
export class CredentialRegistry {
  private readonly tokens = new Map<string, FetchedToken>();

  constructor(readonly context: CredentialContext) {}

  /**
   * A credential that stands in the configuration, or in a secret that it refers to.
   * @throws ReferenceProblem if it cannot be read
   */
  placed(auth: AuthConfig | undefined): CredentialSource {
    return auth === undefined ? noCredential : new StaticCredential(auth, this.context.secrets);
  }

  /** The token of this identity: the one that was opened before, with all that it has learnt, else a new one. Nothing is fetched yet. */
  open(order: TokenOrder): FetchedToken {
    const key = createHash("sha256").update(JSON.stringify(order.identity)).digest("hex");
    let token = this.tokens.get(key);
    if (token === undefined) this.tokens.set(key, (token = new FetchedToken(order, this.context)));
    return token;
  }

  /** Keeps the tokens of these sources fresh from now on, and forgets all others. */
  retain(used: ReadonlySet<CredentialSource>): void {
    const kept = new Set<FetchedToken>();
    for (const { token } of used) if (token !== undefined) kept.add(token);
    for (const [key, token] of this.tokens) {
      if (kept.has(token)) token.keep();
      else {
        this.tokens.delete(key);
        token.release();
      }
    }
  }

  /** Ends all refreshes at once. */
  close(): void {
    for (const token of this.tokens.values()) token.close();
    this.tokens.clear();
  }
}
