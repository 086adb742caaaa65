import { basename, dirname, isAbsolute, normalize, resolve } from "node:path";
import { SECRETS_FOLDER } from "../../config/container-layout";
import { Token } from "../cdktf";
import type { Secret } from "../secret";

/** A host folder with secrets and where it is mounted. */
export interface SecretMount {
  readonly source: string;
  readonly target: string;
}

/**
 * The host folders that a gateway's secret files lie in. One folder is mounted as the secrets folder itself; of several, each becomes a sub folder
 * that bears its name.
 */
export class SecretFolders {
  private readonly sources = new Set<string>();

  /** @param root Where relative paths start. */
  constructor(private readonly root: string) {}

  /** Takes up the folder of a secret file. */
  add(folder: string): void {
    this.sources.add(this.absolute(folder));
  }

  /** All mounts, in order of their source. */
  mounts(): readonly SecretMount[] {
    return this.sorted().map((source) => ({ source, target: [SECRETS_FOLDER, ...this.subFolder(source)].join("/") }));
  }

  /** The reference that stands for a secret. */
  reference({ source }: Secret): string {
    if (source.kind === "env") return `{vault://env/${source.name}}`;
    const path = [...this.subFolder(this.absolute(source.folder)), source.name].join("/");
    return `{vault://file/${path}}`;
  }

  private subFolder(source: string): readonly string[] {
    if (this.sources.size <= 1) return [];
    const same = this.sorted().filter((other) => basename(other) === basename(source));
    if (same.length === 1) return [readable(basename(source))];
    return [readable(`${basename(dirname(source))}-${basename(source)}-${same.indexOf(source) + 1}`)];
  }

  private sorted(): readonly string[] {
    return [...this.sources].sort();
  }

  private absolute(folder: string): string {
    if (isAbsolute(folder) || !Token.isUnresolved(this.root)) return isAbsolute(folder) ? normalize(folder) : resolve(this.root, folder);
    return `${this.root}/${normalize(folder)}`;
  }
}

function readable(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "secrets";
}
