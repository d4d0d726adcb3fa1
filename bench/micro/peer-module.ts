import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package that was installed into the folder of a peer; undefined when it was not. */
export async function peerModule<T>(peer: string, name: string): Promise<T | undefined> {
  const folder = resolve('bench/peers', peer);
  if (!existsSync(resolve(folder, 'node_modules', name))) return undefined;
  const path = createRequire(resolve(folder, 'package.json')).resolve(name);
  const module = (await import(pathToFileURL(path).href)) as { default?: T };
  // A CommonJS module is its own default.
  return module.default ?? (module as T);
}
