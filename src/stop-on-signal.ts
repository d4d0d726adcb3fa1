const PATIENCE_MS = 30_000;

const PARENT_CHECK_MS = 100;

/** Calls `stop` at the first SIGINT, SIGTERM or SIGHUP, then ends the process; a second signal ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  whenShellIsGone(onSignal);
}

/**
 * npm hands a signal to the shell that it started us with, and the shell dies without telling us. The only trace is
 * that we have another parent then.
 */
function whenShellIsGone(onGone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    onGone();
  }, PARENT_CHECK_MS).unref();
}
