import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { MemberRef } from '../accounts/member.js';
import { Passwords } from '../accounts/passwords.js';
import { Identities } from '../sign-in/identities.js';
import { Workspace } from './workspace.entity.js';

/** What it takes to found a workspace. */
export interface NewWorkspace {
  readonly name: string;
  /** Of the founder, who becomes its owner. */
  readonly email: string;
  readonly password: string;
}

/** The customers. */
@Injectable()
export class Workspaces {
  constructor(
    @InjectRepository(Workspace) private readonly workspaces: Repository<Workspace>,
    private readonly identities: Identities,
    private readonly passwords: Passwords,
  ) {}

  find(id: string): Promise<Workspace | null> {
    return this.workspaces.findOneBy({ id });
  }

  async isOwner({ tenantId, id }: MemberRef): Promise<boolean> {
    return (await this.find(tenantId))?.ownerId === id;
  }

  /**
   * A workspace with its owner, who can sign in by password.
   * @param id for a workspace with a well-known id; undefined makes one that nobody has
   */
  async found({ name, email, password }: NewWorkspace, id = newWorkspaceId(name)): Promise<MemberRef> {
    await this.workspaces.insert({ id, name, ownerId: null, createdAt: new Date().toISOString() });
    const owner = await this.identities.resolve({
      tenantId: id,
      userName: email,
      // Nobody has verified the address, but the workspace is empty: there is no account that it could take over.
      userNameVerified: true,
      emailVerified: false,
    });
    await this.passwords.set(owner, password);
    await this.workspaces.update({ id }, { ownerId: owner.id });
    return owner;
  }
}

/** The name in small letters and digits, and something that makes it unique: `acme-corp-x7f3kq`. */
function newWorkspaceId(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['workspace'];
  return `${words.join('-').slice(0, 48).replace(/-$/, '')}-${randomBytes(4).toString('hex')}`;
}
