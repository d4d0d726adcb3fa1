import { validateSync, type ValidationError } from 'class-validator';
import type { ScimError } from '../../protocol/error/scim-error.js';

/**
 * Checks a message against its DTO class, with options of our own whatever the host's global ones are.
 *
 * @param refuse makes the SCIM error from the first complaint
 */
export function validateMessage<T extends object>(
  dto: new () => T,
  message: object,
  refuse: (detail: string) => ScimError,
): T {
  // Not plainToInstance: it walks into the values, where a client's key "constructor" makes it fail (D-02).
  const instance = Object.assign(new dto(), message);
  const [first] = validateSync(instance, {
    whitelist: false,
    forbidUnknownValues: false,
    stopAtFirstError: true,
  });
  if (first) throw refuse(complaint(first));
  return instance;
}

function complaint(error: ValidationError): string {
  const [text] = Object.values(error.constraints ?? {});
  return text ?? `${error.property} is not valid.`;
}
