import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { IdentityPolicy } from './identity-policy.js';

/** Injection token of the class in the option `identityPolicy`; null without. */
export const IDENTITY_POLICY = Symbol('scim.identity.policy');

/** Decides as the options say. */
class DefaultIdentityPolicy extends IdentityPolicy {}

/** The host's policy, or the default one. */
@Injectable()
export class HostIdentityPolicy implements OnModuleInit {
  private policy: IdentityPolicy | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    @Inject(IDENTITY_POLICY) private readonly policyClass: Type<IdentityPolicy> | null,
  ) {}

  async onModuleInit(): Promise<void> {
    this.policy = this.policyClass ? await this.obtain(this.policyClass) : new DefaultIdentityPolicy();
  }

  /** @throws Error before the module was initialised */
  get decides(): IdentityPolicy {
    if (!this.policy) throw new Error('A sign-on came before the module was initialised.');
    return this.policy;
  }

  /** Whether the tenant may have that address; every domain where the host knows of none. */
  async allowsDomain(tenantId: string, domain: string): Promise<boolean> {
    return (await this.decides.isVerifiedDomain?.(tenantId, domain)) ?? true;
  }

  /** Whether domains are limited at all. */
  get limitsDomains(): boolean {
    return this.decides.isVerifiedDomain !== undefined;
  }

  /** A provider of any module of the host, else one of our own making. */
  private async obtain(policyClass: Type<IdentityPolicy>): Promise<IdentityPolicy> {
    let provided: IdentityPolicy | undefined;
    try {
      provided = this.moduleRef.get(policyClass, { strict: false });
    } catch {
      // No module of the host provides it.
    }
    return provided ?? this.moduleRef.create(policyClass);
  }
}
