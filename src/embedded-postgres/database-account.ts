import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '../start-error.js';

/** The account that PostgreSQL runs as, when it must be another one than ours. */
export interface DatabaseAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Then it runs as `postgres`, or as `nobody` where that is missing (plain
 * containers). Undefined: it runs as we do.
 * @throws StartError when there is neither account
 */
export function databaseAccount(): DatabaseAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new StartError(
    'PostgreSQL does not run as root and there is no account "postgres" or "nobody": start as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * Checks that the account may walk to the folder.
 * @throws StartError naming the folder that is closed to it, and the ways out
 */
export function checkReachable(folder: string, { name, uid, gid }: DatabaseAccount): void {
  const parent = dirname(folder);
  if (parent !== folder) checkReachable(parent, { name, uid, gid });
  const { mode, uid: owner, gid: group } = statSync(folder);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  if ((mode & bit) !== 0) return;
  throw new StartError(
    `PostgreSQL does not run as root but as "${name}", which may not enter ${folder}: move the project to a folder ` +
      `that everybody may enter, or "chmod o+x ${folder}", or start as an ordinary user, or set DATABASE_URL.`,
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }),
    );
  } catch {
    return undefined;
  }
}
