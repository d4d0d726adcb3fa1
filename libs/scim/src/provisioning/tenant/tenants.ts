import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from '../provisioning-settings.js';
import { TenantRules } from './tenant-rules.js';
import type { TenantSettings } from './tenant-settings.js';

/** Injection token of the class in the option `tenantSettings`; null without. */
export const TENANT_SETTINGS = Symbol('scim.tenant.settings');

/** For how long the switches of a tenant are remembered. */
const FRESH_MS = 5000;
const MAX_TENANTS = 10_000;
/** Different sets of switches for which rules are kept; tenants with the same switches share theirs. */
const MAX_RULES = 256;

interface Known {
  readonly rules: Promise<TenantRules>;
  readonly freshUntil: number;
}

/** Leads from a tenant to what holds for it. */
@Injectable()
export class Tenants implements OnModuleInit {
  /** What holds where nothing is switched. */
  readonly common: TenantRules;
  private settings: TenantSettings | undefined;
  private readonly known = new Map<string, Known>();
  private readonly bySwitches = new Map<string, TenantRules>();

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly registry: ResourceTypeRegistry,
    @Inject(PROVISIONING_SETTINGS) private readonly options: ProvisioningSettings,
    @Inject(TENANT_SETTINGS) private readonly settingsClass: Type<TenantSettings> | null,
  ) {
    this.common = new TenantRules(registry, options.features);
  }

  /** Whether tenants may differ at all. */
  get differ(): boolean {
    return this.settingsClass !== null;
  }

  async onModuleInit(): Promise<void> {
    if (this.settingsClass) this.settings = await this.obtain(this.settingsClass);
  }

  /** @throws what the host's TenantSettings throws, and Error for switches of the wrong form */
  async rules(tenantId: string): Promise<TenantRules> {
    if (!this.settingsClass) return this.common;
    const now = Date.now();
    const known = this.known.get(tenantId);
    if (known && now < known.freshUntil) return known.rules;
    const rules = this.ask(tenantId);
    this.known.delete(tenantId);
    if (this.known.size >= MAX_TENANTS) dropOldest(this.known);
    this.known.set(tenantId, { rules, freshUntil: now + FRESH_MS });
    rules.catch(() => {
      // The next request asks again.
      if (this.known.get(tenantId)?.rules === rules) this.known.delete(tenantId);
    });
    return rules;
  }

  private async ask(tenantId: string): Promise<TenantRules> {
    if (!this.settings) throw new Error('A tenant was asked for before the module was initialised.');
    const switches = await this.settings.resolve(tenantId);
    if (typeof switches !== 'object' || switches === null) {
      throw new TypeError('TenantSettings: resolve must give an object, empty where nothing is switched.');
    }
    const key = JSON.stringify(switches);
    let rules = this.bySwitches.get(key);
    if (!rules) {
      rules = new TenantRules(this.registry, this.options.features, switches);
      if (this.bySwitches.size >= MAX_RULES) dropOldest(this.bySwitches);
      this.bySwitches.set(key, rules);
    }
    return rules;
  }

  /** A provider of any module of the host, else one of our own making. */
  private async obtain(settingsClass: Type<TenantSettings>): Promise<TenantSettings> {
    let provided: TenantSettings | undefined;
    try {
      provided = this.moduleRef.get(settingsClass, { strict: false });
    } catch {
      // No module of the host provides it.
    }
    return provided ?? this.moduleRef.create(settingsClass);
  }
}

/** A Map keeps the order in which its keys came. */
function dropOldest(entries: Map<string, unknown>): void {
  for (const key of entries.keys()) {
    entries.delete(key);
    return;
  }
}
