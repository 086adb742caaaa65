locals {
  runtime_hash = sha256(join("", [for file in sort(fileset(var.runtime, "**")) : "${file}:${filesha256("${var.runtime}/${file}")}"]))
  program      = ["node", "/app/dist/cli/main.js"]
  log_opts     = { "max-file" = "3", "max-size" = "10m" }
}

resource "docker_image" "gateway" {
  name         = "signalbox-gateway:${substr(local.runtime_hash, 0, 12)}"
  keep_locally = true
  triggers     = { runtime = local.runtime_hash }

  build {
    context    = var.runtime
    dockerfile = "Dockerfile"
    build_args = { BASE_IMAGE = var.base_image }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "docker_network" "gateway" {
  name   = var.name
  driver = "bridge"
}

resource "docker_volume" "configuration" {
  name = "${var.name}-configuration"
}

# The last configuration that was served, for a restart.
resource "docker_volume" "state" {
  name = "${var.name}-state"
}

# Never started: it puts the file into the volume, where the running gateway sees the change. Only this container is replaced then.
resource "docker_container" "delivery" {
  name        = "${var.name}-delivery"
  image       = docker_image.gateway.image_id
  entrypoint  = local.program
  command     = ["--version"]
  working_dir = "/app"
  user        = "10001:10001"
  log_driver  = "json-file"
  log_opts    = local.log_opts
  start       = false
  must_run    = false

  mounts {
    type      = "volume"
    source    = docker_volume.configuration.name
    target    = "/etc/signalbox/config"
    read_only = false
  }

  upload {
    file        = "/etc/signalbox/config/kong.json"
    content     = data.signalbox_configuration.gateway.json
    permissions = "0644"
  }
}

resource "docker_container" "gateway" {
  name       = var.name
  image      = docker_image.gateway.image_id
  entrypoint = local.program
  command = [
    "serve",
    "--config", "/etc/signalbox/config/kong.json",
    "--secrets", "/run/secrets/signalbox",
    "--state", "/var/lib/signalbox",
    "--host", "0.0.0.0",
    "--port", "8000",
    "--admin-port", "8001",
    "--drain-timeout", "30",
    "--admin-host-name", var.name,
    "--admin-host-name", "gateway",
  ]
  working_dir   = "/app"
  env           = ["NODE_ENV=production"]
  user          = "10001:10001"
  group_add     = var.group_add
  init          = true
  restart       = "unless-stopped"
  read_only     = true
  security_opts = ["no-new-privileges:true"]
  tmpfs         = { "/tmp" = "rw,noexec,nosuid,size=16m" }
  wait          = true
  wait_timeout  = 60
  stop_signal   = "SIGTERM"
  stop_timeout  = 35
  # Without it the provider kills at once, whatever stop_timeout says.
  destroy_grace_seconds = 35
  log_driver            = "json-file"
  log_opts              = local.log_opts

  capabilities {
    drop = ["ALL"]
  }

  mounts {
    type      = "volume"
    source    = docker_volume.configuration.name
    target    = "/etc/signalbox/config"
    read_only = true
  }

  mounts {
    type      = "volume"
    source    = docker_volume.state.name
    target    = "/var/lib/signalbox"
    read_only = false
  }

  mounts {
    type      = "bind"
    source    = abspath(var.secrets)
    target    = "/run/secrets/signalbox"
    read_only = true
  }

  ports {
    internal = 8000
    external = var.port
    ip       = "127.0.0.1"
    protocol = "tcp"
  }

  networks_advanced {
    name    = docker_network.gateway.name
    aliases = ["gateway"]
  }

  healthcheck {
    test         = ["CMD", "node", "/app/dist/cli/main.js", "health", "--admin-port", "8001"]
    interval     = "5s"
    timeout      = "5s"
    start_period = "10s"
    retries      = 3
  }

  labels {
    label = "signalbox.gateway"
    value = var.name
  }

  depends_on = [docker_container.delivery]
}
