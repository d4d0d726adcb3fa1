import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { Directory } from '../data/directory.js';
import { directoryOf } from '../data/peer-directory.js';
import type { Sizes } from '../data/sizes.js';
import type { Variant } from '../measure/variant.js';
import { ServerProcess } from '../servers/server-process.js';
import { installPeer } from './install-peer.js';
import { type Peer, PEERS } from './peers.js';
import { seedThroughApi } from './seed-peer.js';

/**
 * Starts and fills the peers, each with a database of its own. Those that fail are told and left out.
 *
 * @param foreign whether to install and start also those that others have written
 */
export async function startPeers(url: string, directory: Directory, foreign: boolean): Promise<Variant[]> {
  const started: Variant[] = [];
  for (const peer of PEERS) {
    if (peer.builtIn !== true && !foreign) continue;
    try {
      started.push(await startPeer(peer, url, directory));
    } catch (error) {
      process.stderr.write(`${peer.name} is left out: ${String(error)}\n`);
    }
  }
  return started;
}

async function startPeer(peer: Peer, url: string, directory: Directory): Promise<Variant> {
  const folder = peer.builtIn ? resolve('.') : installPeer(peer.folder);
  if (!folder) throw new Error('npm could not install it');
  const file = peer.builtIn
    ? fileURLToPath(new URL(`${peer.folder}/server.js`, import.meta.url))
    : resolve(folder, 'server.mjs');
  const own = await emptyDatabase(url, `bench_peer_${peer.folder.replaceAll('-', '_')}`);
  await peer.fill?.(own, directory);
  const server = await ServerProcess.start({
    file,
    environment: { DATABASE_URL: own },
    folder,
    silent: true,
  });
  const { port, path = '', token = '' } = server.ready;
  const base = {
    name: peer.name,
    server,
    baseUrl: `http://127.0.0.1:${port}${path}`,
    tokens: new Map([['large', token]]),
    values: {},
    foreign: true,
  };
  if (!peer.throughItsApi) return { ...base, directory };
  const { users, members } = peer.throughItsApi;
  const most = Math.min(users, directory.large.users);
  const idsFile = resolve('.data/bench-peers', `${peer.folder}.json`);
  mkdirSync(resolve('.data/bench-peers'), { recursive: true });
  try {
    await seedThroughApi(base, directory.large.domain, { users: most, members }, idsFile);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const sizes: Sizes = {
    ...directory.sizes,
    tenants: 1,
    users: most,
    largeTenant: most,
    stepTenants: [],
    groupSizes: [members, members, members],
  };
  return { ...base, idsFile, directory: directoryOf(sizes, idsFile) };
}

async function emptyDatabase(url: string, name: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

/** Whether the packages of the peers' functions are there. */
export function hasPeerLibraries(): boolean {
  return existsSync(resolve('bench/peers/libs/node_modules'));
}
