import type { IResolvable } from "./cdktf";
import { secretOptions } from "./auth";
import { lowerOptions } from "./options";
import { CLOUD_AUTH_RENAMES } from "./renames";
import type { Secret } from "./secret";
import type { Tree } from "./tree";

/** Where a managed Redis on AWS (ElastiCache, MemoryDB) takes its tokens from. */
export interface AwsCloudAuthOptions {
  /** Name of the cache. */
  readonly cacheName: string;
  /** AWS region of the cache. */
  readonly region: string;
  /** Whether the cache is a serverless one. @default true */
  readonly isServerless?: boolean | IResolvable;
  /** @default the gateway's own AWS credentials (environment, role) */
  readonly accessKeyId?: Secret;
  /** @default the gateway's own AWS credentials (environment, role) */
  readonly secretAccessKey?: Secret;
  /** IAM role to assume. @default - none */
  readonly assumeRoleArn?: string | Secret;
  /** Session name of the assumed role. @default a fixed name */
  readonly roleSessionName?: string | Secret;
}

/** Where a managed Redis on Azure takes its tokens from. */
export interface AzureCloudAuthOptions {
  /** @default - the managed identity of the gateway */
  readonly clientId?: string | Secret;
  /** @default - none */
  readonly clientSecret?: Secret;
  /** @default - none */
  readonly tenantId?: string | Secret;
}

/** Where a managed Redis on Google Cloud takes its tokens from. */
export interface GcpCloudAuthOptions {
  /** Key of a service account. @default the gateway's own credentials */
  readonly serviceAccountJson?: Secret;
}

/** Short-lived credentials of a managed Redis, instead of a password. */
export class CloudAuth {
  /** AWS ElastiCache or MemoryDB. */
  static aws(options: AwsCloudAuthOptions): CloudAuth {
    return new CloudAuth("aws", options);
  }

  /** Azure Managed Redis. */
  static azure(options: AzureCloudAuthOptions = {}): CloudAuth {
    return new CloudAuth("azure", options);
  }

  /** Google Cloud Memorystore. */
  static gcp(options: GcpCloudAuthOptions = {}): CloudAuth {
    return new CloudAuth("gcp", options);
  }

  private readonly tree: Tree;

  private constructor(provider: "aws" | "azure" | "gcp", options: object) {
    this.tree = { auth_provider: provider, ...lowerOptions(`CloudAuth.${provider}`, CLOUD_AUTH_RENAMES[provider], secretOptions(options)) };
  }

  /** @internal Kong's `cloud_authentication` record. */
  _toKong(): Tree {
    return this.tree;
  }
}
