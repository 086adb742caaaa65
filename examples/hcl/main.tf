# The quickstart in plain Terraform, without TypeScript: one address, two models of OpenAI behind it. Seven of ten requests go to the large one, three to
# the small one; a client that asks for the model "quick" gets the small one.
#
#   npx signalbox provider install       once: puts the provider where terraform and tofu find it
#   terraform init
#   terraform apply                      the gateway as a container on this machine's Docker: http://127.0.0.1:8000/chat
#
# The key is read by the gateway alone, from secrets/openai.key.

terraform {
  required_version = ">= 1.11"
  required_providers {
    docker = {
      source  = "kreuzwerker/docker"
      version = "3.6.2"
    }
    signalbox = {
      source = "signalbox/signalbox"
    }
  }
}

locals {
  auth     = { header_name = "Authorization", header_value = "Bearer {vault://file/openai.key}" }
  upstream = { upstream_url = var.upstream_url }

  gateway = {
    name = var.name
    ai_proxy_advanced = [{
      route    = { name = "chat", paths = ["/chat"] }
      balancer = { algorithm = "round-robin" }
      targets = [
        {
          route_type = "llm/v1/chat"
          model = {
            provider = "openai"
            name     = "gpt-4o"
            options  = merge({ max_tokens = 1024, input_cost = 2.5, output_cost = 10 }, local.upstream)
          }
          auth    = local.auth
          weight  = var.weights.large
          logging = { log_statistics = true }
        },
        {
          route_type = "llm/v1/chat"
          model = {
            provider    = "openai"
            name        = "gpt-4o-mini"
            model_alias = "quick"
            options     = merge({ max_tokens = 512, input_cost = 0.15, output_cost = 0.6 }, local.upstream)
          }
          auth    = local.auth
          weight  = var.weights.small
          logging = { log_statistics = true }
        },
      ]
    }]
  }
}

data "signalbox_configuration" "gateway" {
  name              = local.gateway.name
  ai_proxy_advanced = local.gateway.ai_proxy_advanced
}

# Terraform drops unknown names from nested attributes in silence; this function does not.
check "gateway" {
  assert {
    condition     = length(provider::signalbox::validate(local.gateway)) == 0
    error_message = join("\n", [for problem in provider::signalbox::validate(local.gateway) : "${problem.path}: ${problem.message}"])
  }
}

# What a reviewer sees: a changed weight is one line here.
output "gateway_configuration" {
  description = "What the gateway serves."
  value       = jsondecode(data.signalbox_configuration.gateway.json)
}
