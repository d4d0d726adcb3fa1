import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequestsError } from '../too-many-requests.js';

/** Twenty workspaces an hour from one address. */
@Injectable()
export class SignUpRate {
  private readonly ofAddress = new RateLimiterMemory({ keyPrefix: 'sign-up', points: 20, duration: 3600 });

  /** @throws TooManyRequestsError */
  async take(address: string): Promise<void> {
    try {
      await this.ofAddress.consume(address);
    } catch (error) {
      if (error instanceof RateLimiterRes)
        throw new TooManyRequestsError(Math.ceil(error.msBeforeNext / 1000));
      throw error;
    }
  }
}
