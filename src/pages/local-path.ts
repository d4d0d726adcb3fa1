const ORIGIN = 'http://local.invalid';

/** The path if it leads to this application, else the start page: a link to us must not send people elsewhere. */
export function localPath(path: unknown): string {
  if (typeof path !== 'string' || !path.startsWith('/') || !URL.canParse(path, ORIGIN)) return '/';
  const { origin, pathname, search } = new URL(path, ORIGIN);
  // Dots are resolved by now: of `/.//elsewhere` is left what a browser takes for another host.
  return origin === ORIGIN && !pathname.startsWith('//') ? pathname + search : '/';
}
