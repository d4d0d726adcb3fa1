/** A product that does the same, as far as it can be compared. */
export interface Peer {
  readonly name: string;
  /** Below bench/peers. */
  readonly folder: string;
  /** Most users and members that it is filled with over its own interface; undefined: filled with COPY like ours. */
  readonly throughItsApi?: { readonly users: number; readonly members: number };
}

/** Fewer users than ours are in favour of a peer. */
export const PEERS: readonly Peer[] = [
  { name: 'SCIMMY', folder: 'scimmy' },
  // Refuses groups of more than 1,000 members.
  { name: 'better-auth', folder: 'better-auth', throughItsApi: { users: 2000, members: 900 } },
  { name: 'Polis', folder: 'polis', throughItsApi: { users: 2000, members: 900 } },
];
