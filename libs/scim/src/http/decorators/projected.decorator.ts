import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { projectionOf } from '../intake/query-parameters.js';

/** `attributes` and `excludedAttributes` of a request that answers with a resource. */
export const Projected = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  projectionOf(context.switchToHttp().getRequest<unknown>()),
);
