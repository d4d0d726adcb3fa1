import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ScimError } from '../../protocol/error/scim-error.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';

/**
 * What one connection has under way. A number and no set of answers: the tables of a set that lives as long as its
 * connection keep what was in it until the next full collection of garbage.
 */
interface ConnectionShare {
  requests: number;
}

type QueuedSocket = Socket & { [share: symbol]: ConnectionShare | undefined };

/** Refused clients come back spread over so many seconds, and not all together. */
const LONGEST_WAIT_SECONDS = 5;
/** A flood of requests must not become a flood of warnings. */
const WARNING_INTERVAL_MS = 60_000;

/**
 * The SCIM requests of this process that are under way: those that hold a connection of the database and those that
 * queue for one. Beyond `limits.concurrentRequests` no further one is let in, so that the queue, the memory behind it
 * and the time that a request spends in it have an end.
 */
@Injectable()
export class RequestQueue {
  /** Of this queue alone: a server may carry two modules. */
  private readonly share = Symbol('scim.share');
  private readonly logger = new Logger('Scim');
  private count = 0;
  private untold = 0;
  private pause: NodeJS.Timeout | undefined;
  /** One listener for all answers: an answer closes only once. */
  private readonly closed: (this: ServerResponse) => void;

  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {
    const leave = (answer: ServerResponse): void => this.leave(answer);
    this.closed = function (this: ServerResponse) {
      leave(this);
    };
  }

  /** Requests that were let in and are neither answered to the last byte nor cut off. */
  get underWay(): number {
    return this.count;
  }

  /**
   * Lets a request in, which then counts until its answer is out or its connection is gone, whatever becomes of it in
   * between.
   *
   * @returns undefined when it is in; else what to answer: 503 with Retry-After of 1 to 5 seconds, by chance
   */
  enter(socket: Socket, answer: ServerResponse): ScimError | undefined {
    if (this.count >= this.settings.concurrentRequests) return this.refusal();
    // Nobody would hear of the end of a connection that has ended already.
    if (socket.destroyed) return undefined;
    this.shareOf(socket as QueuedSocket).requests++;
    this.count++;
    answer.on('close', this.closed);
    return undefined;
  }

  private leave({ req }: ServerResponse): void {
    const share = (req.socket as QueuedSocket)[this.share];
    if (!share || share.requests === 0) return;
    share.requests--;
    this.count--;
  }

  /**
   * The answer to a pipelined request has no connection before its turn comes and does not hear of its end: one listener
   * for each connection counts all of its requests out.
   */
  private shareOf(socket: QueuedSocket): ConnectionShare {
    const known = socket[this.share];
    if (known) return known;
    const share = { requests: 0 };
    socket[this.share] = share;
    socket.once('close', () => {
      this.count -= share.requests;
      share.requests = 0;
    });
    return share;
  }

  private refusal(): ScimError {
    this.untold++;
    if (!this.pause) this.warn();
    const seconds = 1 + Math.floor(Math.random() * LONGEST_WAIT_SECONDS);
    return ScimError.unavailable('Too many requests are under way; try again.', seconds);
  }

  /** At the first refusal at once, then once for all those of a minute. */
  private warn(): void {
    const { concurrentRequests } = this.settings;
    this.logger.warn(
      `${this.untold} SCIM requests were answered 503, since ${concurrentRequests} were under way ` +
        '(limits.concurrentRequests).',
    );
    this.untold = 0;
    this.pause = setTimeout(() => {
      this.pause = undefined;
      if (this.untold > 0) this.warn();
    }, WARNING_INTERVAL_MS).unref();
  }
}
