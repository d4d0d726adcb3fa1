import { ScimError } from '../../protocol/error/scim-error.js';
import { replaceResource } from '../../protocol/resource/complete-resource.js';
import type { ReadLimits } from '../../protocol/resource/read-context.js';
import type { ReadResource } from '../../protocol/resource/read-resource.js';
import { isJsonObject, type JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import { originOf, type ProvisioningContext } from '../provisioning-context.js';
import type { CurrentResource, ModifiedResource, ResourceContent, ResourceStore } from '../resource-store.js';
import type { AdoptionRules, UnadoptedAccount } from './adoption-rules.js';

interface Identifiers {
  readonly userName: string | undefined;
  readonly externalId: string | undefined;
}

/**
 * What becomes of a POST for somebody whose account was made just in time at a sign-on: the identity provider adopts it
 * under its id instead of being told 409. Neither the login name nor the verified address changes by that: a request
 * that could take over an account and move its login at once would be all that a takeover needs.
 */
export class AdoptedUser {
  constructor(
    private readonly store: ResourceStore,
    private readonly rules: AdoptionRules,
    private readonly limits: ReadLimits,
  ) {}

  /**
   * For each body the account with its externalId, or undefined. Looked up before anything is created, since two users
   * may have the same externalId; a userName tells by its conflict.
   */
  async expected(
    type: ResourceType,
    tenantId: string,
    bodies: readonly JsonObject[],
  ): Promise<(UnadoptedAccount | undefined)[]> {
    const named = this.rules.expected
      ? bodies.filter(({ externalId }) => typeof externalId === 'string')
      : [];
    return named.length === 0
      ? bodies.map(() => undefined)
      : this.accounts(
          type,
          tenantId,
          bodies.map((body) => ({ ...identifiers(body), userName: undefined })),
        );
  }

  /** The account that stands in the way of the body; undefined when it is something else. */
  async conflicting(
    type: ResourceType,
    tenantId: string,
    body: JsonObject,
  ): Promise<UnadoptedAccount | undefined> {
    return (await this.accounts(type, tenantId, [identifiers(body)]))[0];
  }

  private async accounts(
    type: ResourceType,
    tenantId: string,
    named: readonly Identifiers[],
  ): Promise<(UnadoptedAccount | undefined)[]> {
    if (this.rules.by.length === 0 || type.name !== 'User') return named.map(() => undefined);
    const found = await this.store.unadopted(tenantId, {
      userNames: named.flatMap(({ userName }) => userName ?? []),
      externalIds: named.flatMap(({ externalId }) => externalId ?? []),
    });
    const active = found.filter((account) => account.active);
    return named.map(
      ({ userName, externalId }) =>
        active.find((account) => userName !== undefined && sameName(account.userName, userName)) ??
        active.find((account) => externalId !== undefined && account.externalId === externalId),
    );
  }

  /**
   * The account with the content of the body; undefined when somebody has adopted it meanwhile.
   *
   * @param read the body, default values filled in
   * @throws ScimError uniqueness when it may not be adopted
   */
  async adopt(
    type: ResourceType,
    caller: ProvisioningContext,
    read: ReadResource,
    account: UnadoptedAccount,
  ): Promise<ModifiedResource | undefined> {
    await this.refuse(caller, account, identifiers(read.document));
    return this.store.adopt(type, originOf(caller), account.id, (current) =>
      this.content(type, caller, current, read, account),
    );
  }

  private async refuse(
    caller: ProvisioningContext,
    account: UnadoptedAccount,
    { userName, externalId }: Identifiers,
  ): Promise<void> {
    if (userName === undefined || !sameName(account.userName, userName)) {
      throw ScimError.uniqueness(
        'A user who signed in before has this externalId and another userName; give the user this userName first.',
      );
    }
    const same = externalId !== undefined && account.externalId === externalId;
    const other = externalId !== undefined && account.externalId !== undefined && !same;
    const by = same && this.rules.by.includes('externalId') ? 'externalId' : 'userName';
    if (!other && this.rules.by.includes(by) && (await this.rules.allows(caller, account, by))) return;
    throw ScimError.uniqueness('Another user has this userName.');
  }

  /** As after a PUT, except that what is known of the verified address stays. */
  private content(
    type: ResourceType,
    caller: ProvisioningContext,
    current: CurrentResource,
    read: ReadResource,
    { emailKey, userName }: UnadoptedAccount,
  ): ResourceContent {
    const { emails } = read.document;
    const { active, userName: name } = current.document;
    // Switched off or renamed while the host was asked: nobody comes back by a POST, and no login name moves.
    if (active === false || typeof name !== 'string' || !sameName(name, userName)) {
      throw ScimError.uniqueness('Another user has this userName.');
    }
    if (emailKey !== undefined && emails !== undefined && !hasAddress(emails, emailKey)) {
      throw ScimError.uniqueness(
        'A user who signed in before has this userName and another e-mail address; send that address too, or change it afterwards.',
      );
    }
    const kept = emails === undefined ? current.document['emails'] : emails;
    const document = kept === undefined ? read.document : { ...read.document, emails: kept };
    const body = { ...read, document, assigned: new Set([...read.assigned, 'active', 'emails']) };
    const { document: content, concealed } = replaceResource(
      type,
      current,
      body,
      caller.leniency,
      this.limits,
    );
    return { document: content, concealed };
  }
}

function identifiers({ userName, externalId }: JsonObject): Identifiers {
  return {
    userName: typeof userName === 'string' ? userName : undefined,
    externalId: typeof externalId === 'string' ? externalId : undefined,
  };
}

function sameName(a: string, b: string): boolean {
  return comparisonKey(a) === comparisonKey(b);
}

function hasAddress(emails: unknown, key: string): boolean {
  return (Array.isArray(emails) ? emails : []).some(
    (email) =>
      isJsonObject(email) && typeof email['value'] === 'string' && comparisonKey(email['value']) === key,
  );
}
