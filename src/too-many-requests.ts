import { HttpException, HttpStatus } from '@nestjs/common';

/** 429. Whoever answers it tells the time in `Retry-After`. */
export class TooManyRequestsError extends HttpException {
  constructor(readonly retryAfterSeconds: number) {
    super('Too many attempts. Try again later.', HttpStatus.TOO_MANY_REQUESTS);
  }
}
