import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { callerOf } from '../intake/scim-request.js';

/** Who calls, as the guard has made it out. No pipe: a parameter with one is a promise more for each request. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<unknown>()),
);
