/** Examples of the provider's pages; a test checks that the provider takes them. */

/** The object that the data source and `validate` share, both of them in use. */
export const dataSourceExample = `locals {
  gateway = {
    ai_proxy_advanced = [{
      route    = { name = "chat", paths = ["/chat"] }
      balancer = { algorithm = "round-robin" }
      targets = [for model, weight in { "gpt-4o" = 70, "gpt-4o-mini" = 30 } : {
        route_type = "llm/v1/chat"
        model      = { provider = "openai", name = model }
        auth       = { header_name = "Authorization", header_value = "Bearer {vault://file/openai.key}" }
        weight     = weight
      }]
    }]
  }
}

data "signalbox_configuration" "main" {
  ai_proxy_advanced = local.gateway.ai_proxy_advanced
}

check "gateway" {
  assert {
    condition     = length(provider::signalbox::validate(local.gateway)) == 0
    error_message = join("\\n", [for problem in provider::signalbox::validate(local.gateway) : "\${problem.path}: \${problem.message}"])
  }
}

output "gateway_configuration" {
  value = jsondecode(data.signalbox_configuration.main.json)
}`;

/** `validate` by itself. */
export const validateExample = `locals {
  gateway = {
    ai_proxy = [{
      route      = { name = "chat", paths = ["/chat"] }
      route_type = "llm/v1/chat"
      model      = { provider = "openai", name = "gpt-4o" }
    }]
  }
}

check "gateway" {
  assert {
    condition     = length(provider::signalbox::validate(local.gateway)) == 0
    error_message = join("\\n", [for problem in provider::signalbox::validate(local.gateway) : "\${problem.path}: \${problem.message}"])
  }
}`;

/** A file with routes, and a plugin that is put on one here. */
export const fromKongExample = `locals {
  kong   = provider::signalbox::from_kong(file("\${path.module}/kong.yaml"))
  plugin = provider::signalbox::from_kong(file("\${path.module}/plugin.yaml"))
}

# A file with routes.
data "signalbox_configuration" "main" {
  ai_proxy_advanced = local.kong.ai_proxy_advanced
  ai_proxy          = local.kong.ai_proxy
}

# One plugin, put on a route here.
data "signalbox_configuration" "plugin" {
  ai_proxy_advanced = [merge(local.plugin.ai_proxy_advanced[0], { route = { name = "chat", paths = ["/chat"] } })]
}`;
