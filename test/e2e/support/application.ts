import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type Docker from "dockerode";
import { AiProxyAdvanced, Auth, Balancer, Gateway, Platform, Secret, Target } from "../../../index";

/** Name of the only stack. */
const STACK = "gateway";

/** What the tests vary. */
export interface Choices {
  /** Weights of the two targets, `gpt-4o` and `gpt-4o-mini`. */
  readonly weights: readonly [number, number];
}

/** What stays the same over the changes of a test. */
export interface Surroundings {
  readonly name: string;
  readonly port: number;
  readonly upstreamUrl: string;
  readonly baseImage: string;
  readonly keyFile: string;
  /** Group that may read the key. */
  readonly keyGroup: number;
  readonly drainTimeoutSeconds: number;
}

/** A synthesized stack: the text of its `cdk.tf.json` and the folder that it stands in. */
export interface Synthesized {
  readonly text: string;
  readonly directory: string;
}

/** Synthesizes the app of the tests, a quickstart with the test's surroundings, as `cdktf synth` does. */
export function synthesize(
  surroundings: Surroundings,
  { weights }: Choices,
  outdir = mkdtempSync(join(tmpdir(), "signalbox-e2e-")),
): Synthesized {
  if (!existsSync(resolve(__dirname, "../../../dist/container/Dockerfile")))
    throw new Error("The image is built from dist/container: run `npm run build` first.");
  const app = new App({ outdir });
  const stack = new TerraformStack(app, STACK);
  const { name, port, upstreamUrl, baseImage, keyFile, keyGroup, drainTimeoutSeconds } = surroundings;
  const gateway = new Gateway(stack, "Gateway", {
    platform: Platform.docker({ name, port, baseImage, groupAdd: [String(keyGroup)], drainTimeoutSeconds, waitTimeoutSeconds: 60 }),
  });
  const auth = Auth.bearer(Secret.file(keyFile));
  new AiProxyAdvanced(stack, "Chat", {
    route: gateway.route("chat", { paths: ["/chat"] }),
    balancer: Balancer.roundRobin(),
    targets: [
      Target.openai("gpt-4o", { auth, weight: weights[0], options: { upstreamUrl } }),
      Target.openai("gpt-4o-mini", { auth, weight: weights[1], options: { upstreamUrl } }),
    ],
  });
  app.synth();
  const directory = join(outdir, "stacks", STACK);
  return { text: readFileSync(join(directory, "cdk.tf.json"), "utf8"), directory };
}

/** Address of this machine that containers of every network reach: the default bridge's gateway. */
export async function hostAddress(docker: Docker): Promise<string> {
  const { IPAM } = (await docker.getNetwork("bridge").inspect()) as { IPAM: { Config: { Gateway?: string; Subnet: string }[] } };
  const [config] = IPAM.Config;
  return config!.Gateway ?? config!.Subnet.replace(/\.\d+\/\d+$/, ".1");
}
