/** The client's query, with what the configured address sets winning; every other byte stays as it is. */
export function configuredWins(client: string, configured: string): string {
  if (client === "" || configured === "") return client + configured;
  const names = new Set(new URLSearchParams(configured).keys());
  const others = client.split("&").filter((part) => ![...new URLSearchParams(part).keys()].some((name) => names.has(name)));
  return [...others, configured].join("&");
}
