import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Client } from 'pg';
import { pins } from '../servers/processor-cores.js';
import type { Surroundings } from './results-file.js';

/** Describes the machine, without a name or an address of it. */
export async function describeSurroundings(database: Client, embedded: boolean): Promise<Surroundings> {
  const { rows } = await database.query<{ server_version: string }>('show server_version');
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    postgres: rows[0]?.server_version.split(' ')[0] ?? '',
    processor: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    pinned: pins,
    embedded,
    commit: stdout?.trim() ?? '',
  };
}
