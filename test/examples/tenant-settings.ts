import { Device, LEASE_SCHEMA } from './device.js';
// #region tenant-settings
import { Injectable } from '@nestjs/common';
import { ScimModule, TenantSettings, type TenantSwitches } from 'nestjs-scim';

@Injectable()
export class Plans extends TenantSettings {
  /** Plans of your customers; yours come from a table. */
  private readonly plans = new Map([['small-shop', 'basic']]);

  override async resolve(tenantId: string): Promise<TenantSwitches> {
    if (this.plans.get(tenantId) !== 'basic') return {};
    return {
      features: { bulk: false },
      hiddenExtensions: [LEASE_SCHEMA],
      unknownAttributes: 'reject',
    };
  }
}

export const scim = ScimModule.forRoot({ resourceTypes: [Device], tenantSettings: Plans });
// #endregion tenant-settings
