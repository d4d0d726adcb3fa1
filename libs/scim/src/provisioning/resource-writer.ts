import { Inject, Injectable, Optional } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { applyPatch } from '../protocol/patch/apply-patch.js';
import type { MemberReference, MembershipStep } from '../protocol/patch/membership.js';
import type { PatchOperation } from '../protocol/patch/patch-operation.js';
import { completeNewResource, replaceResource } from '../protocol/resource/complete-resource.js';
import { ifMatch, ifNoneMatch } from '../protocol/resource/entity-tag.js';
import type { Projection } from '../protocol/resource/projection.js';
import type { ReadContext, ReadLimits } from '../protocol/resource/read-context.js';
import { readResource, type ReadResource } from '../protocol/resource/read-resource.js';
import { withHidden } from '../protocol/resource/resource-schemas.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import { AdoptedUser } from './adoption/adopted-user.js';
import { ADOPTION_RULES, type AdoptionRules } from './adoption/adoption-rules.js';
import type { ResourceAnswer } from './answer.js';
import { keepPassword, keepPatchedPasswords, refuseClearText } from './keep-passwords.js';
import { ScimPasswordKeeper } from './password-keeper.js';
import { originOf, type ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings, readLimitsOf } from './provisioning-settings.js';
import { ResourceRepresenter } from './resource-representer.js';
import {
  ResourceStore,
  type CurrentResource,
  type ModifiedResource,
  type ResourceContent,
} from './resource-store.js';
import type { ResourceState } from './request-trace.js';
import { refuseForeignChanges } from './self-service.js';
import { ReturningUser } from './returning-user.js';
import type { Preconditions, ProjectionParameters } from './request-parameters.js';

/** A resource that is to be created. */
interface NewResource {
  readonly content: ResourceContent;
  /** Paths of the attributes that the client sent. */
  readonly sent: ReadonlySet<string>;
  readonly read: ReadResource;
}

/** Creates, replaces, changes and deletes resources of any type (RFC 7644 §3.3, §3.5, §3.6). */
@Injectable()
export class ResourceWriter {
  private readonly returningUser: ReturningUser;
  /** Undefined where no account is made at a sign-on. */
  private readonly adoptedUser: AdoptedUser | undefined;
  private readonly readLimits: ReadLimits;

  constructor(
    private readonly store: ResourceStore,
    private readonly representer: ResourceRepresenter,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
    @Optional() private readonly passwords?: ScimPasswordKeeper,
    @Optional() @Inject(ADOPTION_RULES) private readonly adoption?: AdoptionRules,
  ) {
    this.returningUser = new ReturningUser(store, settings);
    this.readLimits = readLimitsOf(settings);
    this.adoptedUser = adoption ? new AdoptedUser(store, adoption, this.readLimits) : undefined;
  }

  /** @throws ScimError invalidSyntax, invalidValue, uniqueness */
  async create(
    served: ResourceType,
    caller: ProvisioningContext,
    body: JsonObject,
    parameters: ProjectionParameters,
  ): Promise<ResourceAnswer> {
    const type = caller.rules.type(served);
    const projection = this.representer.projection(type, parameters);
    const { content, sent, read } = await this.newResource(type, caller, body);
    const complete = { ...read, document: content.document };
    const [known] = (await this.adoptedUser?.expected(type, caller.tenantId, [complete.document])) ?? [];
    const created =
      (known && (await this.adoptedUser?.adopt(type, caller, complete, known))) ??
      (await this.store
        .create(type, originOf(caller), content)
        .catch((error: unknown) => this.instead(type, caller, complete, error)));
    traceCreated(type, caller, created, content);
    return this.answer(type, caller, created, projection, sent);
  }

  /** The same use cases on another store, as a rule one that is part of a transaction. */
  on(store: ResourceStore): ResourceWriter {
    const representer = new ResourceRepresenter(store, this.settings);
    return new ResourceWriter(store, representer, this.settings, this.passwords, this.adoption);
  }

  /**
   * Creates resources that do not refer to each other, in few statements. Outcomes in the order of the bodies; what is
   * wrong with one does not concern the others.
   *
   * @param parameters undefined: the answers need no bodies
   * @throws ScimError unavailable, and faults of ours; then none was created
   */
  async createMany(
    served: ResourceType,
    caller: ProvisioningContext,
    bodies: readonly JsonObject[],
    parameters: ProjectionParameters | undefined,
  ): Promise<(ResourceAnswer | ScimError)[]> {
    const type = caller.rules.type(served);
    const projection = parameters && this.representer.projection(type, parameters);
    const reads = await Promise.all(
      bodies.map((body) => {
        const leniency = caller.leniency.part();
        return settled(async () => ({
          ...(await this.newResource(type, { ...caller, leniency }, body)),
          leniency,
        }));
      }),
    );
    const valid = reads.flatMap((read) => (read instanceof ScimError ? [] : [read]));
    const stored = await this.createOrAdopt(type, caller, valid);
    const created = stored.flatMap((outcome, i) =>
      outcome instanceof ScimError ? [] : [{ ...outcome, sent: valid[i]!.sent }],
    );
    for (const [i, outcome] of stored.entries()) {
      if (outcome instanceof ScimError) continue;
      const { content, leniency } = valid[i]!;
      traceCreated(type, { ...caller, leniency }, outcome, content);
    }
    const texts = projection && (await this.representer.writtenMany(type, caller, created, projection));
    const answers = created.map(({ head }, i) => ({
      head,
      location: this.representer.location(type, caller, head.id),
      body: texts?.[i],
    }));
    const outcomes = stored.map((outcome) => (outcome instanceof ScimError ? outcome : answers.shift()!));
    return reads.map((read) => (read instanceof ScimError ? read : outcomes.shift()!));
  }

  /** @throws ScimError notFound, preconditionFailed, mutability, invalidSyntax, invalidValue, uniqueness */
  async replace(
    served: ResourceType,
    caller: ProvisioningContext,
    id: string,
    body: JsonObject,
    parameters: ProjectionParameters,
    preconditions: Preconditions,
  ): Promise<ResourceAnswer> {
    const type = caller.rules.type(served);
    const projection = this.representer.projection(type, parameters);
    const sent = await this.orNotFound(type, caller, id, () =>
      readResource(type, body, this.readContext(caller)),
    );
    const read = await this.keptPassword(sent);
    let written: Written | undefined;
    const replaced = await this.store.modify(type, originOf(caller), id, (current) => {
      checkPreconditions(preconditions, current.version);
      const seen = replaceResource(type, current, read, caller.leniency, this.readLimits);
      const { members, ...content } = withHidden(type, current, seen);
      refuseForeignChanges(type, caller.changeable, current, content);
      written = { before: current, after: content, members: replacement(members) };
      return { ...content, ...this.constraints(type, caller), members: written.members };
    });
    if (!replaced) throw ScimError.notFound();
    traceModified(type, caller, replaced, written);
    return this.answer(type, caller, replaced, projection, read.assigned);
  }

  /**
   * The answer has no body for a resource with detached members (a group) unless the caller names attributes:
   * it would be the whole member list.
   *
   * @throws ScimError notFound, preconditionFailed and whatever the operations call for
   */
  async modify(
    served: ResourceType,
    caller: ProvisioningContext,
    id: string,
    operations: readonly PatchOperation[],
    parameters: ProjectionParameters,
    preconditions: Preconditions,
  ): Promise<ResourceAnswer> {
    const type = caller.rules.type(served);
    if (!caller.rules.features.patch) {
      throw ScimError.notImplemented('PATCH is not available on this server; use PUT.');
    }
    const projection = this.representer.projection(type, parameters);
    const kept = this.passwords ? await keepPatchedPasswords(type, operations, this.passwords) : operations;
    let touched: ReadonlySet<string> = new Set();
    let written: Written | undefined;
    const modified = await this.store.modify(type, originOf(caller), id, (current) => {
      checkPreconditions(preconditions, current.version);
      const before = { ...current, readOnly: this.readOnly(type, caller, current) };
      const seen = applyPatch(type, before, kept, this.readContext(caller));
      const result = withHidden(type, current, seen);
      refuseClearText(current.concealed, result.concealed, operations, kept);
      touched = result.touched;
      written = undefined;
      if (!result.changed) return undefined;
      refuseForeignChanges(type, caller.changeable, current, result);
      written = { before: current, after: result, members: result.members };
      return {
        document: result.document,
        concealed: result.concealed,
        members: result.members,
        ...this.constraints(type, caller),
      };
    });
    if (!modified) throw ScimError.notFound();
    traceModified(type, caller, modified, written);
    if (hasDetached(type) && !projection.given) {
      return { head: modified.head, location: this.representer.location(type, caller, modified.head.id) };
    }
    return this.answer(type, caller, modified, projection, touched);
  }

  /** @throws ScimError notFound, preconditionFailed */
  async remove(
    served: ResourceType,
    caller: ProvisioningContext,
    id: string,
    preconditions: Preconditions,
  ): Promise<void> {
    const type = caller.rules.type(served);
    const found = await this.store.delete(type, originOf(caller), id, (head) =>
      checkPreconditions(preconditions, head.version),
    );
    if (!found) throw ScimError.notFound();
    caller.trace?.wrote({ type, id, leniency: caller.leniency });
  }

  /** Outcomes in the order of what is new. */
  private async createOrAdopt(
    type: ResourceType,
    caller: ProvisioningContext,
    news: readonly NewResource[],
  ): Promise<(ModifiedResource | ScimError)[]> {
    const bodies = news.map(({ read, content }) => ({ ...read, document: content.document }));
    const outcomes = new Map<number, ModifiedResource | ScimError>();
    const documents = bodies.map(({ document }) => document);
    const known = (await this.adoptedUser?.expected(type, caller.tenantId, documents)) ?? [];
    for (const [i, account] of known.entries()) {
      if (!account) continue;
      const adopted = await settled(async () => this.adoptedUser?.adopt(type, caller, bodies[i]!, account));
      if (adopted) outcomes.set(i, adopted);
    }
    const rest = news.flatMap((_, i) => (outcomes.has(i) ? [] : [i]));
    const contents = rest.map((i) => news[i]!.content);
    const stored = await this.store.createMany(type, originOf(caller), contents);
    for (const [place, outcome] of stored.entries()) {
      const i = rest[place]!;
      const isFault = outcome instanceof ScimError;
      const instead = (): Promise<ModifiedResource> => this.instead(type, caller, bodies[i]!, outcome);
      outcomes.set(i, isFault ? await settled(instead) : outcome);
    }
    return news.map((_, i) => outcomes.get(i)!);
  }

  /** Instead of a user that could not be created: one that a sign-on has made meanwhile, or one that was here before. */
  private async instead(
    type: ResourceType,
    caller: ProvisioningContext,
    body: ReadResource,
    conflict: unknown,
  ): Promise<ModifiedResource> {
    const isConflict = conflict instanceof ScimError && conflict.scimType === 'uniqueness';
    const account = isConflict
      ? await this.adoptedUser?.conflicting(type, caller.tenantId, body.document)
      : undefined;
    const adopted = account && (await this.adoptedUser?.adopt(type, caller, body, account));
    return adopted ?? this.returningUser.instead(type, caller, body, conflict);
  }

  private async newResource(
    type: ResourceType,
    caller: ProvisioningContext,
    body: JsonObject,
  ): Promise<NewResource> {
    const read = await this.keptPassword(readResource(type, body, this.readContext(caller)));
    const content = {
      ...completeNewResource(type, read, this.readLimits),
      ...this.constraints(type, caller),
      members: replacement(read.members),
    };
    return { content, sent: read.assigned, read };
  }

  private async answer(
    type: ResourceType,
    caller: ProvisioningContext,
    { head, document, json, groups }: ModifiedResource,
    projection: Projection,
    sent: ReadonlySet<string>,
  ): Promise<ResourceAnswer> {
    return {
      head,
      location: this.representer.location(type, caller, head.id),
      body: await this.representer.written(type, caller, { head, document, json, sent, groups }, projection),
    };
  }

  private keptPassword(read: ReadResource): ReadResource | Promise<ReadResource> {
    return this.passwords ? keepPassword(read, this.passwords) : read;
  }

  private readContext({ leniency }: ProvisioningContext): ReadContext {
    return { leniency, limits: this.readLimits };
  }

  private constraints(
    type: ResourceType,
    { leniency }: ProvisioningContext,
  ): Pick<ResourceContent, 'uniqueName'> {
    return { uniqueName: type.name === 'Group' && leniency.tolerates('groupNameConflicts') };
  }

  /** Read-only values as the client sees them, for operations that send them back unchanged (D-41). */
  private readOnly(type: ResourceType, caller: ProvisioningContext, current: CurrentResource): JsonObject {
    return { id: current.id, meta: this.representer.meta(type, caller, current) };
  }

  /** A fault in the body of a request for a resource that is not there is a 404: existence comes first (H-9110-08). */
  private async orNotFound<T>(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    work: () => T,
  ): Promise<T> {
    try {
      return work();
    } catch (error) {
      if (!(await this.store.find(type, caller.tenantId, id))) throw ScimError.notFound();
      throw error;
    }
  }
}

/** What a modification made of the resource that it found. */
interface Written {
  readonly before: ResourceState;
  readonly after: ResourceState;
  readonly members?: readonly MembershipStep[];
}

function traceCreated(
  type: ResourceType,
  { trace, leniency }: ProvisioningContext,
  { head, document }: ModifiedResource,
  { concealed, members }: ResourceContent,
): void {
  trace?.wrote({ type, id: head.id, after: { document, concealed }, members, leniency });
}

function traceModified(
  type: ResourceType,
  { trace, leniency }: ProvisioningContext,
  { head, changed }: ModifiedResource,
  written: Written | undefined,
): void {
  trace?.wrote({ type, id: head.id, ...(changed ? written : {}), leniency });
}

async function settled<T>(work: () => Promise<T>): Promise<T | ScimError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

function replacement(members: readonly MemberReference[] | undefined): readonly MembershipStep[] | undefined {
  return members && [{ kind: 'replace', members }];
}

/** Whether resources of the type have a list that lies outside of the document (Group.members). */
export function hasDetached(type: ResourceType): boolean {
  for (const attribute of type.attributes.values()) if (attribute.detached) return true;
  return false;
}

/** RFC 9110 §13.2.2: If-Match first; on a write a failing If-None-Match is 412 as well (H-9110-09, -10). */
function checkPreconditions(preconditions: Preconditions, version: number): void {
  if (preconditions.ifMatch !== undefined && !ifMatch(preconditions.ifMatch, version))
    throw ScimError.preconditionFailed();
  if (preconditions.ifNoneMatch !== undefined && !ifNoneMatch(preconditions.ifNoneMatch, version)) {
    throw ScimError.preconditionFailed();
  }
}
