/** What statuses of providers are taken for. Source: Anthropic's reference of errors. */

/** "Overloaded", as Anthropic says it: for criteria, circuits and rest it is what others call 503. The client sees it as it came. */
const OVERLOADED = 529;

/** The status whose rules hold for a provider's status. */
export const ruledAs = (status: number): number => (status === OVERLOADED ? 503 : status);

/** The failover criterion of a status. */
export const criterionOf = (status: number): string => `http_${ruledAs(status)}`;
