import { Inject, Injectable, Logger } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { answerFaults } from '../protocol/resource/check-answer.js';
import { parseProjection, type Projection } from '../protocol/resource/projection.js';
import {
  managerDisplayName,
  metaOf,
  needsOf,
  represent,
  type RepresentationNeeds,
} from '../protocol/resource/represent.js';
import { canSplice, spliceAroundMembers, spliceJson } from '../protocol/resource/splice-json.js';
import { isJsonObject, type JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { AnswerBody } from './answer.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from './provisioning-settings.js';
import {
  type GroupMembership,
  type Member,
  type ResourceHead,
  ResourceStore,
  type StoredResource,
} from './resource-store.js';
import type { ProjectionParameters } from './request-parameters.js';

/** Members that are read at once; a group with more of them is streamed. */
const MEMBER_BATCH = 2000;

/** What had to be fetched for a set of resources, by id. */
interface Fetched {
  readonly groups?: ReadonlyMap<string, readonly GroupMembership[]>;
  readonly members?: ReadonlyMap<string, readonly Member[]>;
  /** By id of the manager. */
  readonly managers?: ReadonlyMap<string, string>;
}

/** A resource as it stands after a write. */
export interface WrittenResource {
  readonly head: ResourceHead;
  readonly document: JsonObject;
  /** The document as text. */
  readonly json: string;
  /** Paths of the attributes that the client sent: those returned on request are part of this answer. */
  readonly sent: ReadonlySet<string>;
  /** Groups of a user where they are known. */
  readonly groups?: readonly GroupMembership[];
}

/**
 * Turns stored resources into what clients get, fetching computed parts only where the answer holds them (D-11,
 * P-3.9-10). A plain read splices the stored text and parses nothing.
 */
@Injectable()
export class ResourceRepresenter {
  private readonly logger = new Logger('ScimAnswers');

  constructor(
    private readonly store: ResourceStore,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {}

  /** @throws ScimError invalidValue */
  projection(type: ResourceType, parameters: ProjectionParameters): Projection {
    return parseProjection(type, parameters, this.settings.limits);
  }

  location(type: ResourceType, { baseUrl }: ProvisioningContext, id: string): string {
    return `${baseUrl}${type.endpoint}/${id}`;
  }

  meta(type: ResourceType, caller: ProvisioningContext, head: ResourceHead): JsonObject {
    return metaOf(type, head, this.location(type, caller, head.id), caller.rules.features);
  }

  /** Whether the answer says which groups a user is in. */
  showsGroups(type: ResourceType, projection: Projection): boolean {
    return needsOf(type, projection).groups;
  }

  /** One resource, read. A long member list comes in pieces. No promise where all that is needed is at hand. */
  one(
    type: ResourceType,
    caller: ProvisioningContext,
    stored: StoredResource,
    projection: Projection,
  ): AnswerBody | Promise<AnswerBody> {
    if (needsOf(type, projection).members && projection.keepsDocument && canSplice(type, stored.json)) {
      return this.withMembers(type, caller, stored, projection);
    }
    return (
      this.complete(type, caller, stored, projection) ??
      this.many(type, caller, [stored], projection).then(([text]) => text!)
    );
  }

  /** The answer, where everything it holds is at hand. */
  private complete(
    type: ResourceType,
    caller: ProvisioningContext,
    stored: StoredResource,
    projection: Projection,
  ): string | undefined {
    const needs = needsOf(type, projection);
    if (needs.members || (needs.groups && !stored.groups)) return undefined;
    if (!projection.keepsDocument || !canSplice(type, stored.json)) return undefined;
    return this.spliced(type, caller, stored, needs.groups ? { groups: stored.groups } : {}, projection);
  }

  /** The answers, where everything that they hold is at hand. */
  private allComplete(
    type: ResourceType,
    caller: ProvisioningContext,
    page: readonly StoredResource[],
    projection: Projection,
  ): string[] | undefined {
    const texts: string[] = [];
    for (const stored of page) {
      const text = this.complete(type, caller, stored, projection);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  /** A page of resources, as JSON texts. The number of statements does not depend on their number. */
  async many(
    type: ResourceType,
    caller: ProvisioningContext,
    page: readonly StoredResource[],
    projection: Projection,
  ): Promise<string[]> {
    const whole = this.allComplete(type, caller, page, projection);
    if (whole) return whole;
    const needs = needsOf(type, projection);
    const parsed = page.map((stored) =>
      projection.keepsDocument && canSplice(type, stored.json)
        ? undefined
        : (JSON.parse(stored.json) as JsonObject),
    );
    const fetched = await this.fetch(type, caller, page, parsed, needs);
    return page.map((stored, i) => {
      const document = parsed[i];
      if (!document) {
        const groups = fetched.groups?.get(stored.id);
        const members = fetched.members && (fetched.members.get(stored.id) ?? []);
        return this.spliced(type, caller, stored, { groups, members }, projection);
      }
      const text = this.render(type, caller, stored, document, fetched, projection);
      return this.checked(type, text, projection);
    });
  }

  /** The stored text itself, with what is computed put into it. */
  private spliced(
    type: ResourceType,
    caller: ProvisioningContext,
    stored: StoredResource,
    { groups, members }: { groups?: readonly GroupMembership[]; members?: readonly Member[] },
    projection: Projection,
  ): string {
    const { baseUrl, rules } = caller;
    const extras = {
      groups: groups && groupTexts(baseUrl, groups),
      members: members && memberTexts(baseUrl)(members),
    };
    const location = this.location(type, caller, stored.id);
    const text = spliceJson(type, stored.json, stored, extras, location, rules.features);
    return this.checked(type, text, projection);
  }

  /** A resource as it stands after a write. */
  async written(
    type: ResourceType,
    caller: ProvisioningContext,
    written: WrittenResource,
    projection: Projection,
  ): Promise<string> {
    const { head, json, groups } = written;
    return (
      this.complete(type, caller, { ...head, json, groups }, projection) ??
      (await this.writtenMany(type, caller, [written], projection))[0]!
    );
  }

  /** The same of several resources; the number of statements does not depend on theirs. */
  async writtenMany(
    type: ResourceType,
    caller: ProvisioningContext,
    written: readonly WrittenResource[],
    projection: Projection,
  ): Promise<string[]> {
    const all = new Set(written.flatMap(({ sent }) => [...sent]));
    const heads = written.map(({ head, groups }) => ({ ...head, groups }));
    const documents = written.map(({ document }) => document);
    const needs = needsOf(type, projection.withRequested(all));
    const fetched = await this.fetch(type, caller, heads, documents, needs);
    return written.map(({ head, document, sent }) =>
      this.checked(
        type,
        this.render(type, caller, head, document, fetched, projection.withRequested(sent)),
        projection,
      ),
    );
  }

  /**
   * The text itself, with the option `validateAnswers` only after a look at it.
   *
   * @param text JSON of one resource
   * @throws ScimError 500 when it is not what the schema says
   */
  private checked(type: ResourceType, text: string, projection: Projection): string {
    if (this.settings.validateAnswers !== true) return text;
    const faults = answerFaults(type, JSON.parse(text) as JsonObject, { projected: projection.given });
    if (faults.length === 0) return text;
    const summary = `An answer with a ${type.name} does not follow its schema: ${faults.join('; ')}.`;
    this.logger.error(summary);
    throw ScimError.internal(new Error(summary));
  }

  private async fetch(
    type: ResourceType,
    { tenantId }: ProvisioningContext,
    page: readonly (ResourceHead & Pick<StoredResource, 'groups'>)[],
    documents: readonly (JsonObject | undefined)[],
    needs: RepresentationNeeds,
  ): Promise<Fetched> {
    const ids = page.map(({ id }) => id);
    const managers = needs.managerDisplayName ? managerIds(type, documents) : [];
    return {
      groups: needs.groups ? await this.groupsOf(tenantId, page) : undefined,
      members: needs.members && ids.length > 0 ? await this.store.members(tenantId, ids) : undefined,
      managers: managers.length > 0 ? await this.store.displayNames(tenantId, managers) : undefined,
    };
  }

  /** Groups of each user, asked for where they did not come with it. */
  private async groupsOf(
    tenantId: string,
    page: readonly Pick<StoredResource, 'id' | 'groups'>[],
  ): Promise<ReadonlyMap<string, readonly GroupMembership[]>> {
    const open = page.filter(({ groups }) => groups === undefined).map(({ id }) => id);
    const found = new Map(open.length > 0 ? await this.store.groupsOf(tenantId, open) : []);
    for (const { id, groups } of page) if (groups && groups.length > 0) found.set(id, groups);
    return found;
  }

  private render(
    type: ResourceType,
    caller: ProvisioningContext,
    head: ResourceHead,
    document: JsonObject,
    fetched: Fetched,
    projection: Projection,
  ): string {
    const [manager] = fetched.managers ? managerIds(type, [document]) : [];
    const { baseUrl } = caller;
    const extras = {
      groups: fetched.groups?.get(head.id)?.map((group) => groupElement(baseUrl, group)),
      members: fetched.members?.get(head.id)?.map((member) => memberElement(baseUrl, member)),
      managerDisplayName: manager === undefined ? undefined : fetched.managers?.get(manager),
    };
    const location = this.location(type, caller, head.id);
    return JSON.stringify(
      represent(type, head, document, extras, projection, location, caller.rules.features),
    );
  }

  private async withMembers(
    type: ResourceType,
    caller: ProvisioningContext,
    stored: StoredResource,
    projection: Projection,
  ): Promise<AnswerBody> {
    const { baseUrl, tenantId } = caller;
    const location = this.location(type, caller, stored.id);
    const { before, after } = spliceAroundMembers(type, stored.json, stored, location, caller.rules.features);
    const batches = this.store.memberBatches(tenantId, stored.id, MEMBER_BATCH)[Symbol.asyncIterator]();
    // The first batch is read before the answer begins, so that a failing database is still an error answer.
    const first = await batches.next();
    const text = memberTexts(baseUrl);
    const start = before + text(first.done ? [] : first.value);
    const whole = this.checked(type, start + after, projection);
    if (first.done || first.value.length < MEMBER_BATCH) return whole;
    return inPieces(start, batches, text, after);
  }
}

/** The next batch is read while one is being sent. */
async function* inPieces(
  start: string,
  batches: AsyncIterator<readonly Member[]>,
  text: (members: readonly Member[]) => string,
  end: string,
): AsyncGenerator<string> {
  let next = read(batches);
  yield start;
  for (let batch = await next; !batch.done; batch = await next) {
    next = read(batches);
    if (batch.value.length > 0) yield `,${text(batch.value)}`;
  }
  yield end;
}

/** Whoever waits for it gets the error; nobody does when the client has gone. */
function read(batches: AsyncIterator<readonly Member[]>): Promise<IteratorResult<readonly Member[]>> {
  const next = batches.next();
  next.catch(() => undefined);
  return next;
}

/** No character of it is escaped in JSON. */
const PLAIN = /^[\w-]+$/;

/** JSON of members with commas between them. */
function memberTexts(baseUrl: string): (members: readonly Member[]) => string {
  const base = JSON.stringify(baseUrl).slice(1, -1);
  const one = (member: Member): string => {
    const { id, type } = member;
    // A hundred thousand of them would take ten times as long by JSON.stringify.
    if (!PLAIN.test(id)) return JSON.stringify(memberElement(baseUrl, member));
    return `{"value":"${id}","$ref":"${base}/${type}s/${id}","type":"${type}"}`;
  };
  return (members) => members.map(one).join(',');
}

/** JSON of groups with commas between them. */
function groupTexts(baseUrl: string, groups: readonly GroupMembership[]): string {
  if (groups.length === 0) return '';
  const base = JSON.stringify(baseUrl).slice(1, -1);
  const one = (group: GroupMembership): string => {
    const { groupId, display, direct } = group;
    if (!PLAIN.test(groupId)) return JSON.stringify(groupElement(baseUrl, group));
    const type = direct ? 'direct' : 'indirect';
    return `{"value":"${groupId}","$ref":"${base}/Groups/${groupId}","display":${JSON.stringify(display)},"type":"${type}"}`;
  };
  return groups.map(one).join(',');
}

function groupElement(baseUrl: string, { groupId, display, direct }: GroupMembership): JsonObject {
  const type = direct ? 'direct' : 'indirect';
  return { value: groupId, $ref: `${baseUrl}/Groups/${groupId}`, display, type };
}

function memberElement(baseUrl: string, { id, type }: Member): JsonObject {
  return { value: id, $ref: `${baseUrl}/${type}s/${id}`, type };
}

/** Ids of the managers that these documents name, each once. */
function managerIds(type: ResourceType, documents: readonly (JsonObject | undefined)[]): string[] {
  const keys = managerDisplayName(type)?.parent?.keys ?? [];
  const ids = new Set<string>();
  for (const document of documents) {
    let value: unknown = document;
    for (const key of keys) value = isJsonObject(value) ? value[key] : undefined;
    if (isJsonObject(value) && typeof value['value'] === 'string') ids.add(value['value']);
  }
  return [...ids];
}
