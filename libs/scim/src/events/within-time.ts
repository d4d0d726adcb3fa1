/** The time for a delivery was over. */
export class DeliveryTimeout extends Error {
  override readonly name = 'DeliveryTimeout';

  constructor(milliseconds: number) {
    super(`It did not end within ${milliseconds} ms.`);
  }
}

/**
 * Waits for `work` so long and no longer. It cannot be stopped, only told by the signal.
 * @throws DeliveryTimeout, and what `work` throws
 */
export async function withinTime<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const timeout = new DeliveryTimeout(milliseconds);
      reject(timeout);
      abort.abort(timeout);
    }, milliseconds);
  });
  try {
    return await Promise.race([Promise.resolve(work(abort.signal)), late]);
  } finally {
    clearTimeout(timer);
  }
}
