import { isCredentialParameter } from "../credentials/credential-names";
import type { CredentialNames } from "../credentials/source";

/**
 * The client's query as it travels upstream, without `?`: parameters that carry credentials are left out, every other byte stays as it is.
 * @param credentials configured names; none of them travels
 * @param kept a parameter that travels all the same (`allow_override`); once, whatever the client sent
 */
export function forwardedQuery(query: string, credentials: CredentialNames, kept: string | undefined): string {
  if (query === "") return query;
  let keeps = kept !== undefined;
  const parts = query.split("&");
  const travelling = parts.filter((part) => {
    const name = nameOf(part);
    if (keeps && name === kept) {
      keeps = false;
      return true;
    }
    const lower = name.toLowerCase();
    return !isCredentialParameter(lower) && !credentials.parameters.has(lower);
  });
  return travelling.length === parts.length ? query : travelling.join("&");
}

/** The name of a parameter as servers read it. */
function nameOf(part: string): string {
  const end = part.indexOf("=");
  const name = end < 0 ? part : part.slice(0, end);
  return name.includes("%") || name.includes("+") ? ([...new URLSearchParams(name).keys()][0] ?? "").trim() : name;
}
