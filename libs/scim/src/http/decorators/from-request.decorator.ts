import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/**
 * Hands the request to one of our own pipes. A parameter of this kind is left alone by a host's global pipes, so a
 * `ValidationPipe({ whitelist, forbidNonWhitelisted })` cannot refuse or strip a SCIM body (its URN keys are
 * unknown to every DTO).
 */
export const FromRequest = createParamDecorator((_data: unknown, context: ExecutionContext): unknown =>
  context.switchToHttp().getRequest<unknown>(),
);
