import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { isJsonObject, type JsonObject } from '../../protocol/schema/json.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { parseJson } from '../intake/parse-json.js';
import { intakeOf, rawRequest } from '../intake/scim-request.js';

const JSON_TYPES = new Set(['application/scim+json', 'application/json']);

/**
 * The JSON object in the body: media type, size, encoding and shape checked (RFC 7644 §3.1, §3.8).
 *
 * @throws ScimError 400 invalidSyntax, 408, 413, 415
 */
@Injectable()
export class ScimBodyPipe implements PipeTransform<unknown, JsonObject> {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  transform(request: unknown): JsonObject {
    const intake = intakeOf(request);
    const body = intake?.body;
    if (body?.kind === 'tooLarge') {
      throw ScimError.payloadTooLarge(`The body is larger than the limit of ${body.limit} bytes.`);
    }
    if (body?.kind === 'tooSlow') {
      throw ScimError.requestTimeout(`The body did not come within the limit of ${body.seconds} seconds.`);
    }
    if (body?.kind === 'aborted') throw ScimError.invalidSyntax('The body ended early.');
    checkEncoding(rawRequest(request).headers['content-encoding']);
    if (body === undefined || body.bytes.length === 0)
      throw ScimError.invalidSyntax('The request needs a body.');
    checkMediaType(intake?.contentType);
    const value = parseJson(body.bytes, this.settings);
    if (!isJsonObject(value)) throw ScimError.invalidSyntax('The body must be a JSON object.');
    return value;
  }
}

/** Google and authentik send application/json; a missing type is forgiven too (H-9110-01). */
function checkMediaType(contentType: string | undefined): void {
  if (contentType === undefined) return;
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (!JSON_TYPES.has(type)) throw ScimError.unsupportedMediaType('Send the body as application/scim+json.');
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', '"utf-8"', 'utf8'].includes(charset)) {
    throw ScimError.unsupportedMediaType('Send the body in UTF-8.');
  }
}

function checkEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw ScimError.unsupportedMediaType('Send the body without Content-Encoding.');
}
