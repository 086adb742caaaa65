/**
 * How long a break waits after what was sent before it, in milliseconds: a RST would overtake bytes that nobody has read, and the test's clock goes on
 * only when nothing moves any more.
 */
export const ARRIVAL_MS = 10;
