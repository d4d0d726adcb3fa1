import type { ModuleRef } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupResourceType, userResourceType } from '../../protocol/schema/core/resource-types.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { deviceResourceType } from '../../protocol/schema/testing/device.js';
import type { ProvisioningSettings } from '../provisioning-settings.js';
import { TenantRules } from './tenant-rules.js';
import { TenantSettings, type TenantSwitches } from './tenant-settings.js';
import { Tenants } from './tenants.js';

const REGISTRY = new ResourceTypeRegistry([userResourceType(), groupResourceType(), deviceResourceType()]);
const FEATURES = { patch: true, filter: true, sort: false, etag: true, rootQuery: true, bulk: true };

let answer: (tenantId: string) => TenantSwitches | Promise<TenantSwitches>;
let asked: string[];

class Settings extends TenantSettings {
  override resolve(tenantId: string): TenantSwitches | Promise<TenantSwitches> {
    asked.push(tenantId);
    return answer(tenantId);
  }
}

async function open(settings: typeof Settings | null = Settings): Promise<Tenants> {
  const moduleRef = {
    get: () => {
      throw new Error('not provided');
    },
    create: (of: typeof Settings) => Promise.resolve(new of()),
  } as unknown as ModuleRef;
  const options = { features: FEATURES } as unknown as ProvisioningSettings;
  const tenants = new Tenants(moduleRef, REGISTRY, options, settings);
  await tenants.onModuleInit();
  return tenants;
}

describe('Tenants', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    asked = [];
    answer = () => ({});
  });
  afterEach(() => void vi.useRealTimers());

  it('all have the common rules without settings of the host', async () => {
    const tenants = await open(null);
    expect(await tenants.rules('a')).toBe(tenants.common);
    expect(tenants.differ).toBe(false);
    expect(tenants.common.types).toEqual(REGISTRY.types);
  });

  it('are asked for again after five seconds', async () => {
    const tenants = await open();
    const first = await tenants.rules('a');
    vi.advanceTimersByTime(4999);
    answer = () => ({ features: { patch: false } });
    expect(await tenants.rules('a')).toBe(first);
    vi.advanceTimersByTime(1);
    expect((await tenants.rules('a')).features.patch).toBe(false);
    expect(asked).toEqual(['a', 'a']);
  });

  it('are asked for once by requests at the same time, each for itself', async () => {
    const tenants = await open();
    answer = async (tenantId) => ({ features: { patch: tenantId === 'a' } });
    const [a, again, b] = await Promise.all(['a', 'a', 'b'].map((tenantId) => tenants.rules(tenantId)));
    expect(asked).toEqual(['a', 'b']);
    expect(a).toBe(again);
    expect([a?.features.patch, b?.features.patch]).toEqual([true, false]);
  });

  it('share rules when they have the same switches', async () => {
    const tenants = await open();
    answer = () => ({ hiddenExtensions: ['urn:x'] });
    expect(await tenants.rules('a')).toBe(await tenants.rules('b'));
  });

  it('fail while the host fails, and no longer', async () => {
    const tenants = await open();
    answer = async () => {
      throw new Error('away');
    };
    await expect(tenants.rules('a')).rejects.toThrow('away');
    answer = () => ({ unknownAttributes: 'reject' });
    expect((await tenants.rules('a')).tolerances.get('unknownAttributes')).toBe(false);
  });

  it.each<[string, unknown]>([
    ['resolve must give an object', undefined],
    ['hiddenExtension is not known', { hiddenExtension: ['urn:a'] }],
    ['features.patch must be', { features: { patch: 'off' } }],
    ['features.__proto__ is not known', JSON.parse('{"features":{"__proto__":false}}')],
    ['features.teleport is not known', { features: { teleport: true } }],
    ['hiddenExtensions must be a list', { hiddenExtensions: 'urn:a' }],
    ['hiddenResourceTypes must be a list', { hiddenResourceTypes: [1] }],
    ["unknownAttributes must be 'ignore' or 'reject'", { unknownAttributes: 'drop' }],
  ])('are refused when %s', async (message, switches) => {
    const tenants = await open();
    answer = () => switches as TenantSwitches;
    await expect(tenants.rules('a')).rejects.toThrow(message);
  });
});

describe('TenantRules', () => {
  it('never switch on what the options have off', () => {
    const rules = new TenantRules(REGISTRY, FEATURES, { features: { sort: true, bulk: false } });
    expect(rules.features).toEqual({ ...FEATURES, bulk: false });
  });

  it('leave out hidden extensions and types, whatever the case, and ignore unknown ones', () => {
    const rules = new TenantRules(REGISTRY, FEATURES, {
      hiddenExtensions: ['URN:EXAMPLE:scim:extension:2.0:Lease', 'urn:unknown'],
      hiddenResourceTypes: ['group', 'Nothing'],
    });
    expect(rules.types.map(({ name }) => name)).toEqual(['User', 'Device']);
    expect(rules.schemas.map(({ name }) => name)).toEqual(['User', 'EnterpriseUser', 'Device']);
    const device = rules.type(REGISTRY.required('Device'));
    expect(device.hidden).toEqual(['urn:example:scim:extension:2.0:Lease']);
    expect(rules.type(device)).toBe(device);
    expect(() => rules.type(REGISTRY.required('Group'))).toThrow(/no such endpoint/);
  });
});
