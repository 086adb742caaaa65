import type { AuthConfig } from "../../config/types.generated";
import type { SecretStore } from "../secrets/store";
import type { CredentialSource } from "./source";
import { noCredential, StaticCredential } from "./static";

/** Where providers get credential sources from. It outlives snapshots, so that a source which learns something keeps it over a reload. */
export class CredentialRegistry {
  private readonly sources = new Map<string, CredentialSource>();

  constructor(private readonly secrets: SecretStore) {}

  /**
   * A credential that stands in the configuration, or in a secret that it refers to.
   * @throws ReferenceProblem if it cannot be read
   */
  placed(auth: AuthConfig | undefined): CredentialSource {
    return auth === undefined ? noCredential : new StaticCredential(auth, this.secrets);
  }

  /**
   * The source of this identity: the one that was opened before, with all that it has learnt, else a new one.
   * @param identity says everything that the source depends on, without a secret
   */
  open(identity: string, make: () => CredentialSource): CredentialSource {
    let source = this.sources.get(identity);
    if (source === undefined) this.sources.set(identity, (source = make()));
    return source;
  }

  /** Forgets all sources but these. */
  retain(used: ReadonlySet<CredentialSource>): void {
    for (const [identity, source] of this.sources) if (!used.has(source)) this.sources.delete(identity);
  }
}
