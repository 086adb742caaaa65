import { basename, dirname } from "node:path";

const FILE_NAME = /^[A-Za-z0-9._-]+$/;
const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]*$/;

/** Where a secret comes from. A file is read by the gateway alone; an environment variable passes through Terraform. */
export type SecretSource =
  { readonly kind: "file"; readonly folder: string; readonly name: string } | { readonly kind: "env"; readonly name: string };

/**
 * A value that must not stand in a file: a reference to where the gateway finds it when it needs it. There is no factory that takes
 * the value itself.
 */
export class Secret {
  /**
   * A file on the machine that runs the gateway. Its folder is mounted read-only; the file is read again when it changes.
   *
   * @param path Absolute, or relative to the platform's `secretsRoot`. Known at synth; the file's name may hold letters, digits, `.`, `_` and `-`.
   * @throws Error if the name cannot stand in a reference.
   */
  static file(path: string): Secret {
    const name = basename(path);
    if (path.endsWith("/") || !FILE_NAME.test(name) || name === "." || name === "..") {
      throw new Error(
        `Secret.file: the file's name must consist of letters, digits, ".", "_" and "-", but another one was given. Rename or link the file; a credential itself must not be given here.`,
      );
    }
    return new Secret({ kind: "file", folder: dirname(path), name });
  }

  /**
   * A sensitive Terraform variable of this name, given to the gateway as an environment variable. Set it with `TF_VAR_<name>`.
   * The value stands in Terraform's state and in `docker inspect` in clear: prefer {@link Secret.file}.
   *
   * @param name Capital letters, digits and `_`, e.g. `OPENAI_API_KEY`.
   * @throws Error if the name is no variable name.
   */
  static env(name: string): Secret {
    if (!VARIABLE_NAME.test(name)) {
      throw new Error(
        `Secret.env: the name must consist of capital letters, digits and "_" and not begin with a digit, but another one was given. A credential itself must not be given here.`,
      );
    }
    return new Secret({ kind: "env", name });
  }

  private constructor(
    /** Where it comes from. */
    readonly source: SecretSource,
  ) {}

  /** Guards against a secret that slips into a template string: it shows its place, which would not work as a reference. */
  toString(): string {
    return `Secret.${this.source.kind}(${this.source.name})`;
  }
}

/** A text around a secret, such as `Bearer …`. Internal: what {@link Secret} becomes inside a configuration tree until it is rendered. */
export class SecretText {
  constructor(
    readonly secret: Secret,
    readonly prefix = "",
  ) {}
}
