import type { VolumeCreateOptions } from "dockerode";
import { AttributeReader, compact, type Attributes } from "./attributes";

/** The Engine's request for a `docker_volume` (`POST /volumes/create`). Throws UnsupportedAttribute. */
export function volumeRequest(attributes: Attributes, where = "docker_volume"): VolumeCreateOptions {
  const reader = new AttributeReader(where, attributes);
  const request = compact<VolumeCreateOptions>({
    Name: reader.string("name"),
    Driver: reader.string("driver"),
    DriverOpts: reader.stringMap("driver_opts"),
    Labels: reader.labels(),
  });
  reader.end();
  return request;
}
