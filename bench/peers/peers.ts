import type { Directory } from '../data/directory.js';
import { seedNaive } from './seed-naive.js';
import { seedScimmy } from './seed-peer.js';

/** A product that does the same, as far as it can be compared. */
export interface Peer {
  readonly name: string;
  /** Below bench/peers. */
  readonly folder: string;
  /** Fills the tables of its store with the same users as ours. */
  readonly fill?: (url: string, directory: Directory) => Promise<void>;
  /** Written for the benchmark and compiled with it: there is nothing to install. @default false */
  readonly builtIn?: boolean;
  /** Most users and members that it is filled with over its own interface, where it has no `fill`. */
  readonly throughItsApi?: { readonly users: number; readonly members: number };
}

/** A server as it is written in a hurry. */
export const NAIVE = 'written in a hurry';

/** Fewer users than ours are in favour of a peer. */
export const PEERS: readonly Peer[] = [
  { name: NAIVE, folder: 'naive', builtIn: true, fill: seedNaive },
  { name: 'SCIMMY', folder: 'scimmy', fill: seedScimmy },
  // Refuses groups of more than 1,000 members.
  { name: 'better-auth', folder: 'better-auth', throughItsApi: { users: 2000, members: 900 } },
  { name: 'Polis', folder: 'polis', throughItsApi: { users: 2000, members: 900 } },
];
