import type { IResolvable } from "./cdktf";
import { lowerOptions, mergeTrees } from "./options";
import { AUTH_RENAMES } from "./renames";
import { Secret, SecretText } from "./secret";
import { Misuse } from "./tree";
import type { Tree } from "./tree";

/** How a credential reaches a provider. `header`, `query` and `body` place a text; the others sign or fetch tokens. */
export type AuthKind = "header" | "query" | "body" | "aws" | "azure" | "gcp";

/** Options of a credential that is placed as a text. */
export interface TextAuthOptions {
  /**
   * Whether a credential that the client sent under the same name is kept.
   * @default false: the configured one replaces it
   */
  readonly allowOverride?: boolean | IResolvable;
}

/** Credentials of AWS (signature version 4). */
export interface AwsAuthOptions {
  /** @default the gateway's own AWS credentials (environment, role) */
  readonly accessKeyId?: Secret;
  /** @default the gateway's own AWS credentials (environment, role) */
  readonly secretAccessKey?: Secret;
}

/** Credentials of Azure (Entra). */
export interface AzureAuthOptions {
  /** @default - none: the system-assigned identity */
  readonly clientId?: Secret | string;
  /** @default - none: no service principal */
  readonly clientSecret?: Secret;
  /** @default - none */
  readonly tenantId?: Secret | string;
  /** @default true, as no other option has an effect without it */
  readonly useManagedIdentity?: boolean | IResolvable;
}

/** Credentials of Google Cloud. */
export interface GcpAuthOptions {
  /** Key of a service account. @default the gateway's own credentials (metadata server, `GCP_SERVICE_ACCOUNT`) */
  readonly serviceAccountJson?: Secret;
  /** @default Google's metadata server */
  readonly metadataUrl?: string;
  /** @default Google's token endpoint */
  readonly oauthTokenUrl?: string;
}

const SECRET_OPTIONS: readonly string[] = [
  "accessKeyId",
  "secretAccessKey",
  "clientSecret",
  "serviceAccountJson",
  "password",
  "sentinelPassword",
];

/** The credential that the gateway sends to a provider. */
export class Auth<K extends AuthKind = AuthKind> {
  /** `Authorization: Bearer <secret>`. */
  static bearer(secret: Secret, options: TextAuthOptions = {}): Auth<"header"> {
    return Auth.text("Auth.bearer", "header", { header_name: "Authorization", header_value: secretText(secret, "Bearer ") }, options);
  }

  /** A header whose whole value is the secret, e.g. `x-api-key`. */
  static header(name: string, secret: Secret, options: TextAuthOptions = {}): Auth<"header"> {
    return Auth.text("Auth.header", "header", { header_name: name, header_value: secretText(secret) }, options);
  }

  /** A parameter of the query string. */
  static query(name: string, secret: Secret, options: TextAuthOptions = {}): Auth<"query"> {
    return Auth.text("Auth.query", "query", { param_name: name, param_value: secretText(secret), param_location: "query" }, options);
  }

  /** A top-level member of the JSON body. */
  static body(name: string, secret: Secret, options: TextAuthOptions = {}): Auth<"body"> {
    return Auth.text("Auth.body", "body", { param_name: name, param_value: secretText(secret), param_location: "body" }, options);
  }

  /** AWS signature version 4, by static keys or else by the gateway's own role. */
  static aws(options: AwsAuthOptions = {}): Auth<"aws"> {
    return new Auth("aws", lowerOptions("Auth.aws", AUTH_RENAMES.aws, secretOptions(options)));
  }

  /** Entra tokens, by a managed identity or a service principal. */
  static azure(options: AzureAuthOptions = {}): Auth<"azure"> {
    const tree = lowerOptions("Auth.azure", AUTH_RENAMES.azure, secretOptions(options));
    return new Auth("azure", { azure_use_managed_identity: true, ...tree });
  }

  /** Google OAuth tokens, by a service account or else by the gateway's own one. */
  static gcp(options: GcpAuthOptions = {}): Auth<"gcp"> {
    const tree = lowerOptions("Auth.gcp", AUTH_RENAMES.gcp, secretOptions(options));
    return new Auth("gcp", { gcp_use_service_account: true, ...tree });
  }

  private static text<T extends "header" | "query" | "body">(factory: string, kind: T, tree: Tree, options: TextAuthOptions): Auth<T> {
    return new Auth(kind, mergeTrees(tree, lowerOptions(factory, AUTH_RENAMES.text, options)));
  }

  private constructor(
    /** How the credential travels; a provider accepts some kinds only. */
    readonly kind: K,
    private readonly tree: Tree,
  ) {}

  /** @internal Kong's `auth` record. */
  _toKong(): Tree {
    return this.tree;
  }
}

/** A secret's place in a tree. Anything but a {@link Secret} becomes a problem: the text itself must never reach a synthesized file. */
export function secretText(secret: unknown, prefix = ""): SecretText | Misuse {
  if (secret instanceof Secret) return new SecretText(secret, prefix);
  return new Misuse(`must be a Secret, but a ${typeof secret} was given. Use Secret.file("path") or Secret.env("NAME").`);
}

/** Options in which every secret is one; anything else in its place becomes a problem. */
export function secretOptions(options: object): object {
  const guarded = Object.entries(options).map(([name, value]: [string, unknown]) => [
    name,
    SECRET_OPTIONS.includes(name) && value !== undefined ? secretText(value) : value,
  ]);
  return Object.fromEntries(guarded) as object;
}
