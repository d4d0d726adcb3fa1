import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import type { BulkRequest } from '../../protocol/bulk/bulk-operation.js';
import { readBulk } from '../../protocol/bulk/read-bulk.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { callerOf, intakeOf } from '../intake/scim-request.js';
import { ScimBodyPipe } from './scim-body.pipe.js';

/**
 * Body of POST `/Bulk`: the message read, its limits checked (RFC 7644 §3.7).
 *
 * @throws ScimError 501 when Bulk is off, 413 naming the limit, invalidSyntax, invalidValue
 */
@Injectable()
export class BulkBodyPipe implements PipeTransform<unknown, BulkRequest> {
  constructor(
    private readonly bodyPipe: ScimBodyPipe,
    private readonly registry: ResourceTypeRegistry,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  transform(request: unknown): BulkRequest {
    const { bulk } = this.settings;
    const { leniency, rules } = callerOf(request);
    if (!rules.features.bulk) throw ScimError.notImplemented('/Bulk is not available on this server.');
    if (intakeOf(request)?.body?.kind === 'tooLarge') {
      throw ScimError.payloadTooLarge(
        `The body is larger than maxPayloadSize allows: ${bulk.maxPayloadSize} bytes.`,
      );
    }
    return readBulk(this.bodyPipe.transform(request), this.registry, leniency, bulk);
  }
}
