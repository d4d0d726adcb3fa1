import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { PATCH_SCHEMA, type PatchOperation } from '../../protocol/patch/patch-operation.js';
import { readPatch } from '../../protocol/patch/read-patch.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import { PatchRequestDto } from '../dto/patch-request.dto.js';
import { validateMessage } from '../dto/validate-message.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { callerOf } from '../intake/scim-request.js';
import { ScimBodyPipe } from './scim-body.pipe.js';

/** Body of PATCH: the operations, structure checked (RFC 7644 §3.5.2). */
@Injectable()
export class PatchBodyPipe implements PipeTransform<unknown, readonly PatchOperation[]> {
  constructor(
    private readonly bodyPipe: ScimBodyPipe,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  transform(request: unknown): readonly PatchOperation[] {
    const { leniency, rules } = callerOf(request);
    if (!rules.features.patch)
      throw ScimError.notImplemented('PATCH is not available on this server; use PUT.');
    const body = this.bodyPipe.transform(request);
    const operations = readPatch(body, leniency, { operations: this.settings.limits.patchOperations });
    validateMessage(PatchRequestDto, envelope(body), (detail) => ScimError.invalidSyntax(detail));
    return operations;
  }
}

/** The message in its canonical spelling; what the profile has forgiven by then is not judged again. */
function envelope(body: JsonObject): object {
  const operations = Object.entries(body).find(([name]) => name.toLowerCase() === 'operations')?.[1];
  return { schemas: [PATCH_SCHEMA], Operations: operations };
}
