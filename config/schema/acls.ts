import { z } from "zod";
import { about, named } from "./meta";
import { ACL_MATCH_TYPES } from "./vocabulary";

const SINCE = "3.14";

const condition = z
  .strictObject({
    key: z
      .string()
      .optional()
      .meta(
        about(
          SINCE,
          "Which attribute is meant: `id` or `username` of a consumer, `id` or `name` of a consumer group, the name of a header.",
        ),
      ),
    type: z.enum(ACL_MATCH_TYPES).meta(named("AclMatchType")).meta(about(SINCE, "What the condition looks at.")),
    values: z
      .array(z.string().meta(about(SINCE, "One accepted value.")))
      .min(1)
      .meta(about(SINCE, "Accepted values; one of them must match.")),
  })
  .meta(named("AclCondition"))
  .meta(about(SINCE, "One condition."));

const rule = z
  .strictObject({
    match: z.array(condition).min(1).meta(about(SINCE, "Conditions; all of them must match.")),
  })
  .meta(named("AclRule"))
  .meta(about(SINCE, "One rule."));

/** Which requests are admitted. Source: `config.acls`. */
export const acls = z
  .strictObject({
    allow: z
      .array(rule)
      .min(1)
      .optional()
      .meta(about(SINCE, "Where it is given, one of these rules must match.", { absent: "every request is allowed" })),
    deny: z
      .array(rule)
      .min(1)
      .optional()
      .meta(about(SINCE, "A request that one of these rules matches is refused, whatever `allow` says.", { absent: "nothing is denied" })),
  })
  .meta(named("AclsConfig"));
