import type { Provider, Type } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { EndpointShapes } from './http/logging/endpoint-shape.js';
import { ExchangeEntries } from './http/logging/exchange-entries.js';
import { Exchanges } from './http/logging/exchanges.js';
import { LogRetention } from './log/log-retention.js';
import { LOG_SETTINGS } from './log/log-settings.js';
import { LogWriter } from './log/log-writer.js';
import { ProvisioningLogStore } from './log/provisioning-log-store.js';
import { ScimLog } from './log/scim-log.js';
import { TypeOrmProvisioningLogStore } from './persistence/log/typeorm-provisioning-log.store.js';
import { ScimOptionsError } from './scim-options-error.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimLogOptions, ScimOptions } from './scim.options.js';

const SERVICES: Type[] = [LogWriter, LogRetention, ScimLog, EndpointShapes, ExchangeEntries, Exchanges];

/** The provisioning log and what writes it. */
export function logProviders(dataSource: string | undefined): Provider[] {
  return [
    { provide: LOG_SETTINGS, useFactory: ({ log }: ScimOptions) => log, inject: [SCIM_OPTIONS] },
    {
      provide: ProvisioningLogStore,
      useFactory: (source: DataSource, { preparedStatements }: ScimOptions) =>
        new TypeOrmProvisioningLogStore(source, { preparedStatements }),
      inject: [getDataSourceToken(dataSource), SCIM_OPTIONS],
    },
    ...SERVICES,
  ];
}

const RANGES = {
  retentionDays: [1, 3650],
  bufferSize: [1, 1_000_000],
  batchSize: [1, 1000],
  flushMilliseconds: [10, 60_000],
  anonymousPerMinute: [0, 100_000],
} as const;
const MIN_KEY_BYTES = 16;

/** @throws ScimOptionsError naming the option and what to write */
export function checkLog(log: ScimLogOptions): void {
  for (const name of ['enabled', 'reads'] as const) {
    if (typeof log[name] !== 'boolean') throw new ScimOptionsError(`log.${name}`, 'must be true or false.');
  }
  if (!['none', 'hashed', 'full'].includes(log.values)) {
    throw new ScimOptionsError('log.values', 'must be none, hashed or full.');
  }
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value: unknown = log[name as keyof typeof RANGES];
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw new ScimOptionsError(`log.${name}`, `must be a whole number from ${least} to ${most}.`);
    }
  }
  const { hashKey } = log;
  const isSecret = typeof hashKey === 'string' || hashKey instanceof Uint8Array;
  if (hashKey !== undefined && !(isSecret && Buffer.from(hashKey as string).length >= MIN_KEY_BYTES)) {
    throw new ScimOptionsError('log.hashKey', `must be a text or buffer of at least ${MIN_KEY_BYTES} bytes.`);
  }
}
