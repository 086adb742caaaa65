/** Name of the provider; its types begin with it. */
export const PROVIDER_NAME = "signalbox";

/** Source address without a host, as `required_providers` names it. */
export const PROVIDER_SOURCE = "signalbox/signalbox";

/** Hosts of the registries that Terraform and OpenTofu look an address without a host up at. */
export const REGISTRY_HOSTS = ["registry.terraform.io", "registry.opentofu.org"] as const;
