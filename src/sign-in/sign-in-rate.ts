import { Injectable } from '@nestjs/common';
import { comparisonKey } from 'nestjs-scim/protocol';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequestsError } from '../too-many-requests.js';

const SECONDS = 15 * 60;

/**
 * Bounds guessing: failures count for an address and for an address with one account. Not for the account alone, or
 * anybody could keep its owner out. Each instance counts for itself.
 */
@Injectable()
export class SignInRate {
  private readonly ofAddress = new RateLimiterMemory({
    keyPrefix: 'address',
    points: 100,
    duration: SECONDS,
  });
  private readonly ofAccount = new RateLimiterMemory({ keyPrefix: 'account', points: 10, duration: SECONDS });

  /**
   * Takes one attempt of the budgets before the password is looked at, so that attempts sent together count as well.
   * @throws TooManyRequestsError
   */
  async take(address: string, workspace: string, email: string): Promise<void> {
    try {
      // The address first: once it has to wait, no further account is remembered for it.
      await this.ofAddress.consume(address);
      await this.ofAccount.consume(accountKey(address, workspace, email));
    } catch (error) {
      if (error instanceof RateLimiterRes)
        throw new TooManyRequestsError(Math.ceil(error.msBeforeNext / 1000));
      throw error;
    }
  }

  /** Gives the attempt back: it succeeded. */
  async giveBack(address: string, workspace: string, email: string): Promise<void> {
    await this.ofAccount.delete(accountKey(address, workspace, email));
    await this.ofAddress.reward(address);
  }
}

const accountKey = (address: string, workspace: string, email: string): string =>
  JSON.stringify([address, workspace, comparisonKey(email)]);
