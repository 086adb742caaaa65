/** The client's query, with what the configured address sets winning. */
export function configuredWins(client: string, configured: string): string {
  if (client === "" || configured === "") return client + configured;
  const joined = new URLSearchParams(client);
  for (const [name, value] of new URLSearchParams(configured)) joined.set(name, value);
  return joined.toString();
}
