import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { applyPatch } from '../protocol/patch/apply-patch.js';
import type { MemberReference, MembershipStep } from '../protocol/patch/membership.js';
import type { PatchOperation } from '../protocol/patch/patch-operation.js';
import { completeNewResource, replaceResource } from '../protocol/resource/complete-resource.js';
import { ifMatch, ifNoneMatch } from '../protocol/resource/entity-tag.js';
import type { Projection } from '../protocol/resource/projection.js';
import type { ReadContext } from '../protocol/resource/read-context.js';
import { readResource } from '../protocol/resource/read-resource.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { ResourceAnswer } from './answer.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from './provisioning-settings.js';
import { ResourceRepresenter } from './resource-representer.js';
import {
  ResourceStore,
  type CurrentResource,
  type ModifiedResource,
  type ResourceContent,
} from './resource-store.js';
import { ReturningUser } from './returning-user.js';
import type { Preconditions, ProjectionParameters } from './request-parameters.js';

/** Creates, replaces, changes and deletes resources of any type (RFC 7644 §3.3, §3.5, §3.6). */
@Injectable()
export class ResourceWriter {
  private readonly returningUser: ReturningUser;

  constructor(
    private readonly store: ResourceStore,
    private readonly representer: ResourceRepresenter,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {
    this.returningUser = new ReturningUser(store, settings);
  }

  /** @throws ScimError invalidSyntax, invalidValue, uniqueness */
  async create(
    type: ResourceType,
    caller: ProvisioningContext,
    body: JsonObject,
    parameters: ProjectionParameters,
  ): Promise<ResourceAnswer> {
    const projection = this.representer.projection(type, parameters);
    const read = readResource(type, body, this.readContext(caller));
    const content = completeNewResource(type, read, this.readContext(caller).limits);
    const given = { ...content, ...this.constraints(type, caller), members: replacement(read.members) };
    const created = await this.store
      .create(type, caller.tenantId, given)
      .catch((error: unknown) =>
        this.returningUser.instead(type, caller, { ...read, document: content.document }, error),
      );
    return this.answer(type, caller, created, projection, read.assigned);
  }

  /** @throws ScimError notFound, preconditionFailed, mutability, invalidSyntax, invalidValue, uniqueness */
  async replace(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    body: JsonObject,
    parameters: ProjectionParameters,
    preconditions: Preconditions,
  ): Promise<ResourceAnswer> {
    const projection = this.representer.projection(type, parameters);
    const read = await this.orNotFound(type, caller, id, () =>
      readResource(type, body, this.readContext(caller)),
    );
    const replaced = await this.store.modify(type, caller.tenantId, id, (current) => {
      checkPreconditions(preconditions, current.version);
      const { members, ...content } = replaceResource(
        type,
        current,
        read,
        caller.leniency,
        this.readContext(caller).limits,
      );
      return { ...content, ...this.constraints(type, caller), members: replacement(members) };
    });
    if (!replaced) throw ScimError.notFound();
    return this.answer(type, caller, replaced, projection, read.assigned);
  }

  /**
   * The answer has no body for a resource with detached members (a group) unless the caller names attributes:
   * it would be the whole member list.
   *
   * @throws ScimError notFound, preconditionFailed and whatever the operations call for
   */
  async modify(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    operations: readonly PatchOperation[],
    parameters: ProjectionParameters,
    preconditions: Preconditions,
  ): Promise<ResourceAnswer> {
    const projection = this.representer.projection(type, parameters);
    let touched: ReadonlySet<string> = new Set();
    const modified = await this.store.modify(type, caller.tenantId, id, (current) => {
      checkPreconditions(preconditions, current.version);
      const result = applyPatch(
        type,
        { ...current, readOnly: this.readOnly(type, caller, current) },
        operations,
        this.readContext(caller),
      );
      touched = result.touched;
      if (!result.changed && result.members.length === 0) return undefined;
      return {
        document: result.document,
        concealed: result.concealed,
        members: result.members,
        ...this.constraints(type, caller),
      };
    });
    if (!modified) throw ScimError.notFound();
    if (hasDetached(type) && !projection.given) {
      return { head: modified.head, location: this.representer.location(type, caller, modified.head.id) };
    }
    return this.answer(type, caller, modified, projection, touched);
  }

  /** @throws ScimError notFound, preconditionFailed */
  async remove(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    preconditions: Preconditions,
  ): Promise<void> {
    const found = await this.store.delete(type, caller.tenantId, id, (head) =>
      checkPreconditions(preconditions, head.version),
    );
    if (!found) throw ScimError.notFound();
  }

  private async answer(
    type: ResourceType,
    caller: ProvisioningContext,
    { head, document }: ModifiedResource,
    projection: Projection,
    sent: ReadonlySet<string>,
  ): Promise<ResourceAnswer> {
    return {
      head,
      location: this.representer.location(type, caller, head.id),
      body: await this.representer.written(type, caller, head, document, projection, sent),
    };
  }

  private readContext({ leniency }: ProvisioningContext): ReadContext {
    const { limits } = this.settings;
    return { leniency, limits: { ...limits, arrayLength: limits.members } };
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

function replacement(members: readonly MemberReference[] | undefined): readonly MembershipStep[] | undefined {
  return members && [{ kind: 'replace', members }];
}

function hasDetached(type: ResourceType): boolean {
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
