/** Resolves when something is done, but after so many milliseconds at the latest; an error of what is waited for is passed on until then. */
export async function within(milliseconds: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([done, passed]).finally(() => clearTimeout(timer));
}
