variable "name" {
  description = "Name of the gateway's container; the names of network and volumes begin with it."
  type        = string
  default     = "quickstart-gateway"
}

variable "port" {
  description = "Port of this machine's loopback address on which the gateway is published."
  type        = number
  default     = 8000
}

variable "weights" {
  description = "Shares of the two models."
  type        = object({ large = number, small = number })
  default     = { large = 70, small = 30 }
}

variable "upstream_url" {
  description = "Another server that speaks OpenAI's API, such as https://llm.example.com/v1/chat/completions."
  type        = string
  default     = null
}

variable "secrets" {
  description = "Folder on the Docker daemon's machine with the file openai.key."
  type        = string
  default     = "secrets"
}

variable "runtime" {
  description = "Folder from which the gateway's image is built: dist/container of the npm package signalbox."
  type        = string
  default     = "../../dist/container"
}

variable "base_image" {
  description = "Image with Node 20.18.1 or newer that the gateway's image is built on."
  type        = string
  default     = "node:24-slim"
}

variable "group_add" {
  description = "Further groups of the gateway's process, such as the one that may read the key."
  type        = list(string)
  default     = null
}
