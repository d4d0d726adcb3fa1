import { readFileSync } from 'node:fs';
import { Directory, type SizedGroup, type Tenant } from './directory.js';
import type { Sizes } from './sizes.js';

/** Ids that a peer gave to its resources. */
export interface PeerIds {
  readonly users: readonly string[];
  readonly group: string;
}

/** The seeded data of a server that has made the ids of its users itself. */
class PeerDirectory extends Directory {
  constructor(
    sizes: Sizes,
    private readonly ids: PeerIds,
  ) {
    super(sizes);
  }

  override userId(_tenant: Tenant, number: number): string {
    return this.ids.users[number]!;
  }

  /** All groups of a peer are the one. */
  override get sizedGroups(): readonly SizedGroup[] {
    return this.sizes.groupSizes.map((members, number) => ({ id: this.ids.group, number, members }));
  }
}

let last: { key: string; directory: Directory } | undefined;

/** What is where on a server. @param idsFile JSON of `PeerIds` */
export function directoryOf(sizes: Sizes, idsFile: string | undefined): Directory {
  const key = JSON.stringify([sizes, idsFile]);
  if (last?.key !== key) {
    const directory =
      idsFile === undefined
        ? new Directory(sizes)
        : new PeerDirectory(sizes, JSON.parse(readFileSync(idsFile, 'utf8')) as PeerIds);
    last = { key, directory };
  }
  return last.directory;
}
