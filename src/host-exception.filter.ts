import { type ArgumentsHost, Catch, type HttpException, UnauthorizedException } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { TooManyRequestsError } from './too-many-requests.js';

/** Tells programs by headers what to do about a refusal (RFC 9110 §11.6.1, §10.2.3). */
@Catch(UnauthorizedException, TooManyRequestsError)
export class HostExceptionFilter extends BaseExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {
    super(host.httpAdapter);
  }

  override catch(exception: HttpException, context: ArgumentsHost): void {
    const response = context.switchToHttp().getResponse<unknown>();
    const [name, value] =
      exception instanceof TooManyRequestsError
        ? ['Retry-After', String(exception.retryAfterSeconds)]
        : ['WWW-Authenticate', 'Bearer'];
    this.host.httpAdapter.setHeader(response, name!, value!);
    super.catch(exception, context);
  }
}
