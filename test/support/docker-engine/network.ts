import type { NetworkCreateOptions } from "dockerode";
import { AttributeReader, compact, type Attributes } from "./attributes";

interface IpamPool {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** The Engine's request for a `docker_network` (`POST /networks/create`). Throws UnsupportedAttribute. */
export function networkRequest(attributes: Attributes, where = "docker_network"): NetworkCreateOptions {
  const reader = new AttributeReader(where, attributes);
  const pools = reader.blocks("ipam_config").map(ipamPool);
  const driver = reader.string("ipam_driver");
  const options = reader.stringMap("ipam_options");
  const hasIpam = pools.length > 0 || driver !== undefined || options !== undefined;
  const request = compact<NetworkCreateOptions>({
    Name: reader.requiredString("name"),
    CheckDuplicate: reader.boolean("check_duplicate"),
    Driver: reader.string("driver"),
    Internal: reader.boolean("internal"),
    Attachable: reader.boolean("attachable"),
    Ingress: reader.boolean("ingress"),
    EnableIPv6: reader.boolean("ipv6"),
    Options: reader.stringMap("options"),
    Labels: reader.labels(),
    IPAM: hasIpam ? { Driver: driver ?? "default", Options: options ?? {}, Config: pools } : undefined,
  });
  reader.end();
  return request;
}

function ipamPool(block: AttributeReader): IpamPool {
  const pool = compact<IpamPool>({
    Subnet: block.string("subnet"),
    IPRange: block.string("ip_range"),
    Gateway: block.string("gateway"),
    AuxiliaryAddresses: block.stringMap("aux_address"),
  });
  block.end();
  return pool;
}
