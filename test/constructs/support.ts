import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { TerraformStack, Testing } from "cdktf";
import { Gateway, Platform, Secret } from "../../index";
import type { DockerOptions, GatewayProps } from "../../index";

/** A synthesized stack, as far as tests look at it. */
export interface Synthesized {
  readonly locals: Record<string, Document>;
  readonly output: Record<string, { readonly value: string }>;
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly variable?: Record<string, Record<string, unknown>>;
  readonly provider: Record<string, readonly Record<string, unknown>[]>;
}

/** The declarative document of a gateway. */
export interface Document {
  readonly services: readonly {
    readonly name: string;
    readonly routes: readonly (Record<string, unknown> & {
      readonly plugins: readonly { readonly name: string; readonly config: Record<string, unknown> }[];
    })[];
  }[];
}

/** Stands for the built runtime. */
export const RUNTIME = mkdtempSync(join(tmpdir(), "signalbox-runtime-"));
writeFileSync(join(RUNTIME, "Dockerfile"), "FROM scratch\n");

/** A key that tests refer to; nobody reads the file. */
export const KEY = Secret.file("/secrets/openai.key");

/** A stack with a gateway on Docker. */
export function gatewayStack(
  docker: DockerOptions = {},
  props: Partial<GatewayProps> = {},
): { app: App; stack: TerraformStack; gateway: Gateway } {
  const app = Testing.app({ context: { "signalbox:runtime": RUNTIME } });
  const stack = new TerraformStack(app, "test");
  const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker(docker), ...props });
  return { app, stack, gateway };
}

/** The stack's JSON, after all validations. @throws Error with every problem */
export function synth(stack: TerraformStack): Synthesized {
  return JSON.parse(Testing.synth(stack, true)) as Synthesized;
}

/** The configuration of the first plugin of the first route of `gateway`. */
export function pluginConfig(stack: TerraformStack): Record<string, unknown> {
  return synth(stack).locals["gateway_configuration"]!.services[0]!.routes[0]!.plugins[0]!.config;
}

/** The lines of a failed synth's message, without the heading. */
export function problems(stack: TerraformStack): readonly string[] {
  try {
    Testing.synth(stack, true);
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("["));
  }
  return [];
}

/** Messages of a level, with the path of the construct in front. */
export function annotations(stack: TerraformStack, level: "info" | "warn" | "error"): readonly string[] {
  return stack.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata.filter(({ type }) => type === `@cdktf/${level}`).map(({ data }) => `[${node.path}] ${String(data)}`),
    );
}
