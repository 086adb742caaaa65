import type { Deployment, DeploymentRequest } from "./deployment";
import type * as Docker from "./platforms/docker";
import type { DockerOptions } from "./platforms/docker-options";

/** Where a gateway runs. */
export abstract class Platform {
  /**
   * A Docker daemon, local or remote. Needs the package `@cdktf/provider-docker`.
   *
   * @param options See {@link DockerOptions}; all are optional.
   */
  static docker(options: DockerOptions = {}): Platform {
    return new DockerPlatform(options);
  }

  /** @internal Creates the platform's resources. */
  abstract _deploy(request: DeploymentRequest): Deployment;
}

class DockerPlatform extends Platform {
  constructor(private readonly options: DockerOptions) {
    super();
  }

  override _deploy(request: DeploymentRequest): Deployment {
    // Loaded here because the Docker provider is an optional peer: who runs elsewhere need not install it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { DockerDeployment } = require("./platforms/docker") as typeof Docker;
    return new DockerDeployment(request, this.options);
  }
}
