import { CONFIG_FILE, CONFIG_FOLDER } from "../config/container-layout";
import type { ConfigurationDelivery, ConfigurationSource, DeliveryHost } from "./deployment";

/** How a changed configuration reaches a gateway that is already running. */
export abstract class Delivery implements ConfigurationDelivery {
  /**
   * A volume that a container which never runs fills, and that the gateway watches. A change replaces that container only, so no
   * request is cut. An apply is green once the file is delivered, not once it is in force.
   */
  static volume(): Delivery {
    return new VolumeDelivery();
  }

  /** @internal */
  abstract _deliver(host: DeliveryHost, document: string): ConfigurationSource;
}

class VolumeDelivery extends Delivery {
  override _deliver(host: DeliveryHost, document: string): ConfigurationSource {
    const volume = host.addVolume("configuration");
    const file = host.addFile("delivery", { volume, folder: CONFIG_FOLDER, name: CONFIG_FILE, content: document });
    return { volume, dependsOn: [file] };
  }
}
