import { Injectable, UnauthorizedException } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { InjectRepository } from '@nestjs/typeorm';
import { ResourceTypeRegistry } from 'nestjs-scim';
import { comparisonKey, type JsonObject, USER_SCHEMA } from 'nestjs-scim/protocol';
import { ResourceStore } from 'nestjs-scim/typeorm';
import { Repository } from 'typeorm';
import type { MemberRef } from '../accounts/member.js';
import { memberOf } from '../accounts/members.js';
import { AppUser } from '../app-user.entity.js';
import { Identities, type Person } from './identities.js';

/** Looks for the externalId, then for the user name by a verified address, and makes a user where there is none. */
@Injectable()
export class DirectoryIdentities extends Identities {
  constructor(
    @InjectRepository(AppUser) private readonly users: Repository<AppUser>,
    private readonly registry: ResourceTypeRegistry,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  override async resolve(person: Person): Promise<MemberRef> {
    const user = (await this.byExternalId(person)) ?? (await this.byUserName(person));
    if (!user) return this.create(person);
    const { tenantId, id, active } = memberOf(user);
    if (!active) throw new UnauthorizedException();
    return { tenantId, id };
  }

  private byExternalId({ tenantId, externalId }: Person): Promise<AppUser | null> | undefined {
    return externalId === undefined ? undefined : this.users.findOneBy({ tenantId, externalId });
  }

  private async byUserName(person: Person): Promise<AppUser | null> {
    const { tenantId, email, userName = email, emailVerified } = person;
    if (userName === undefined) return null;
    const user = await this.users.findOneBy({ tenantId, userNameKey: comparisonKey(userName) });
    if (user && !emailVerified) throw new UnauthorizedException();
    return user;
  }

  private async create({
    tenantId,
    externalId,
    email,
    userName = email,
    displayName,
  }: Person): Promise<MemberRef> {
    if (userName === undefined) throw new UnauthorizedException();
    const document: JsonObject = { schemas: [USER_SCHEMA], userName, active: true };
    if (externalId !== undefined) document['externalId'] = externalId;
    if (displayName !== undefined) document['displayName'] = displayName;
    if (email !== undefined) document['emails'] = [{ value: email, type: 'work', primary: true }];
    const store = this.modules.get(ResourceStore, { strict: false });
    const { head } = await store.create(
      this.registry.required('User'),
      { tenantId, connectionId: null, by: 'identity' },
      {
        document,
        concealed: {},
      },
    );
    return { tenantId, id: head.id };
  }
}
