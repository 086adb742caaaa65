import type { Construct } from "constructs";
import type { ITerraformDependable } from "./cdktf";
import type { Secret } from "./secret";

/** Stores that a platform can deploy beside a gateway. */
export type StoreKind = "redis" | "valkey" | "pgvector";

/** How a store is deployed. */
export interface StoreOptions {
  /** Image of the store; it must speak the kind's protocol and search vectors. @default the kind's usual image */
  readonly image?: string;
  /** Memory limit in MB. @default 512 */
  readonly memory?: number;
}

/** A deployed store, as the gateway reaches it. */
export interface Store {
  readonly host: string;
  readonly port: number;
}

/** A volume that holds the configuration, and what has to be there before the gateway starts. */
export interface ConfigurationSource {
  /** Name of the volume (an expression), mounted read-only into the gateway. */
  readonly volume: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What a platform can do for a delivery. */
export interface DeliveryHost {
  /** Creates a volume. @returns its name (an expression) */
  addVolume(purpose: string): string;
  /** Puts a file into a volume by a container that never runs; a changed content replaces that container alone. */
  addFile(purpose: string, file: VolumeFile): ITerraformDependable;
}

/** A file in a volume. */
export interface VolumeFile {
  /** The volume's name (an expression). */
  readonly volume: string;
  /** Folder where the volume is mounted. */
  readonly folder: string;
  /** Name of the file in the folder. */
  readonly name: string;
  /** Its content (an expression). */
  readonly content: string;
}

/** How the configuration reaches a gateway. */
export interface ConfigurationDelivery {
  /** @internal Creates what it takes to have `document` in a volume. */
  _deliver(host: DeliveryHost, document: string): ConfigurationSource;
}

/** What a gateway hands its platform. */
export interface DeploymentRequest {
  /** The gateway; the platform's resources become its children. */
  readonly scope: Construct;
  /** Terraform expression of the configuration document's text. */
  readonly document: string;
  /** How the document reaches the gateway. */
  readonly delivery: ConfigurationDelivery;
}

/** A gateway on a platform. */
export interface Deployment {
  /** Address for clients. */
  readonly url: string;
  /** Address of the administration endpoints (`/healthz`, `/readyz`). */
  readonly adminUrl: string;
  /** Makes a secret readable for the gateway; given the same secret twice it does nothing. */
  addSecret(secret: Secret): void;
  /** The reference that stands for a secret in the configuration, e.g. `{vault://file/openai.key}`. */
  reference(secret: Secret): string;
  /** Deploys a store in the gateway's private network. */
  addStore(id: string, kind: StoreKind, options: StoreOptions): Store;
}
