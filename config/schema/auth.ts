import { z } from "zod";
import { about, named } from "./meta";
import { PARAM_LOCATIONS } from "./vocabulary";

const SECRET = { referenceable: true, secret: true } as const;
const REFERENCEABLE = { referenceable: true } as const;

/** Credentials towards a provider: the same record at targets, in `ai-proxy` and at the embedding model. Source: `config.targets[].auth`. */
export const auth = z
  .strictObject({
    allow_override: z
      .boolean()
      .default(false)
      .meta(
        about(
          "3.8",
          "Keeps a credential that the client sent under the configured header or parameter name. Otherwise the configured one always takes its place.",
        ),
      ),
    aws_access_key_id: z
      .string()
      .optional()
      .meta(
        about("3.8", "Static AWS access key id.", {
          ...SECRET,
          absent: "`AWS_ACCESS_KEY_ID` of the environment, else the instance's role",
        }),
      ),
    aws_secret_access_key: z
      .string()
      .optional()
      .meta(
        about("3.8", "Secret that belongs to the static AWS access key id.", {
          ...SECRET,
          absent: "`AWS_SECRET_ACCESS_KEY` of the environment, else the instance's role",
        }),
      ),
    azure_client_id: z
      .string()
      .optional()
      .meta(
        about("3.8", "Client id of a user-assigned managed identity or of a service principal.", {
          ...REFERENCEABLE,
          absent: "`AZURE_CLIENT_ID` of the environment, else the system-assigned identity",
        }),
      ),
    azure_client_secret: z
      .string()
      .optional()
      .meta(
        about("3.8", "Client secret of the service principal.", {
          ...SECRET,
          absent: "`AZURE_CLIENT_SECRET` of the environment, else the managed identity is asked",
        }),
      ),
    azure_tenant_id: z
      .string()
      .optional()
      .meta(
        about("3.8", "Entra (Azure AD) tenant of the service principal.", {
          ...REFERENCEABLE,
          absent: "`AZURE_TENANT_ID` of the environment",
        }),
      ),
    azure_use_managed_identity: z
      .boolean()
      .default(false)
      .meta(
        about(
          "3.8",
          "Gets tokens of Entra, by the service principal's secret if there is one, else of a managed identity, and sends them as `Authorization`.",
        ),
      ),
    gcp_metadata_url: z
      .string()
      .optional()
      .meta(about("3.14", "Metadata endpoint to ask for Google tokens.", { ...REFERENCEABLE, absent: "Google's own metadata server" })),
    gcp_oauth_token_url: z
      .string()
      .optional()
      .meta(
        about("3.14", "Endpoint where a Google service account key is exchanged for a token.", {
          ...REFERENCEABLE,
          absent: "Google's own token endpoint",
        }),
      ),
    gcp_service_account_json: z
      .string()
      .optional()
      .meta(
        about("3.8", "Google service account key, as JSON text.", {
          ...SECRET,
          absent: "`GCP_SERVICE_ACCOUNT` of the environment, else the metadata server",
        }),
      ),
    gcp_use_service_account: z.boolean().default(false).meta(about("3.8", "Sends Google OAuth tokens instead of an API key.")),
    header_name: z
      .string()
      .optional()
      .meta(about("3.8", "Request header that carries the credential; goes together with `header_value`.", REFERENCEABLE)),
    header_value: z
      .string()
      .optional()
      .meta(about("3.8", "The header's complete value, with `Bearer ` if the provider wants it.", { ...SECRET, carrier: "header" })),
    param_location: z
      .enum(PARAM_LOCATIONS)
      .meta(named("ParamLocation"))
      .optional()
      .meta(about("3.8", "Where the credential parameter is put: the query string or the JSON body.")),
    param_name: z
      .string()
      .optional()
      .meta(
        about(
          "3.8",
          "Query or body parameter that carries the credential; goes together with `param_value` and `param_location`.",
          REFERENCEABLE,
        ),
      ),
    param_value: z
      .string()
      .optional()
      .meta(about("3.8", "The parameter's complete value.", { ...SECRET, carrier: "parameter" })),
  })
  .meta(named("AuthConfig"));
