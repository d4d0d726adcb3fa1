import { ScimError } from '../error/scim-error.js';
import { parsePath, type PatchPath } from '../filter/parse-path.js';
import type { ReadContext } from '../resource/read-context.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import { ComparisonBudget } from './comparison-budget.js';
import { partOf, withPart } from './complex-value.js';
import { checkFinalState, dropHollowElements } from './final-state.js';
import type { MembershipStep } from './membership.js';
import { MembershipFold } from './membership-fold.js';
import { permitted, removable } from './mutability.js';
import { PatchDraft, type PatchedResource } from './patch-draft.js';
import { foldMembers } from './patch-members.js';
import type { PatchOperation, WriteVerb } from './patch-operation.js';
import { extensionsDropped } from './patch-schemas.js';
import { expandExtension, expandPathless, type PathlessPart } from './pathless.js';
import { removeElements, removeParts, writeElements, writeEveryElement } from './write-elements.js';
import { removeByValue } from './write-list.js';
import { writeSubAttribute, writeValue } from './write-value.js';

/** Members of all path-less values of one request together. Each may be a path and cost as much as an operation. */
const MAXIMUM_PARTS = 10_000;

/** Outcome of a PATCH. */
export interface PatchResult {
  /** Stored document afterwards, `schemas` in step with its extensions; the very one given when it is unchanged. */
  readonly document: JsonObject;
  readonly concealed: JsonObject;
  /** False: equal before and after, nothing to write (D-32). Always true with steps in `members`. */
  readonly changed: boolean;
  /** Changes to the detached list, in order; empty when no operation concerned it. */
  readonly members: readonly MembershipStep[];
  /** Paths of all attributes and sub-attributes that the operations named, changed or not (P-3.5.2-19). */
  readonly touched: ReadonlySet<string>;
}

/**
 * Applies the operations of a PATCH request in order, each on the result of the one before, all or nothing
 * (RFC 7644 §3.5.2). Pure: nothing given is changed, and what no operation reaches is not copied.
 *
 * Syntax and mutability are judged operation by operation, what is required on the result (D-33). Uniqueness and the
 * existence of members are for the store.
 *
 * @throws ScimError invalidPath, invalidFilter, invalidValue, invalidSyntax, mutability, noTarget, 413; with several
 *   operations the detail names the failing one, counted from 1
 */
export function applyPatch(
  type: ResourceType,
  current: PatchedResource,
  operations: readonly PatchOperation[],
  context: ReadContext,
): PatchResult {
  const patch = new Patch(type, current, context);
  for (const [index, operation] of operations.entries()) {
    try {
      patch.perform(operation);
    } catch (error) {
      throw operations.length > 1 ? inOperation(index + 1, error) : error;
    }
  }
  return patch.finish();
}

function inOperation(place: number, error: unknown): unknown {
  if (!(error instanceof ScimError)) return error;
  const { status, scimType, detail, headers, cause, remedy } = error;
  return new ScimError(status, scimType, `Operation ${place}: ${detail}`, { headers, cause, remedy });
}

/** One PATCH in progress. */
class Patch {
  private readonly draft: PatchDraft;
  private readonly members = new MembershipFold();
  private readonly removed = new Set<Attribute>();
  private readonly removedExtensions = new Set<CompiledExtension>();
  private readonly touched = new Set<string>();
  private readonly comparisons = new ComparisonBudget();
  private parts = 0;

  constructor(
    private readonly type: ResourceType,
    current: PatchedResource,
    private readonly context: ReadContext,
  ) {
    this.draft = new PatchDraft(type, current);
  }

  perform({ op, path, value }: PatchOperation): void {
    if (path === undefined || path.toLowerCase() === this.type.schema.id.toLowerCase()) {
      if (this.context.leniency.demands('pathRequired')) {
        throw ScimError.invalidSyntax('Each operation must name the path of one attribute.');
      }
      if (op === 'remove') throw ScimError.noTarget('Remove needs the path of what to remove.');
      return this.performAll(op, expandPathless(this.type, value, this.context));
    }
    const { leniency } = this.context;
    const target = parsePath(path, this.type, leniency);
    if (target) return this.performOn(target, { op, value });
    if (!leniency.tolerates('unknownPaths')) {
      if (leniency.demands('undefinedPathSyntax')) {
        throw ScimError.invalidSyntax(`The path names an attribute that ${this.type.name} does not have.`);
      }
      throw ScimError.invalidPath(`The path names an attribute that ${this.type.name} does not have.`);
    }
    leniency.applied('unknownPaths', path);
  }

  finish(): PatchResult {
    const { draft } = this;
    dropHollowElements(draft, this.context);
    checkFinalState(this.type, draft, { attributes: this.removed, extensions: this.removedExtensions });
    const members = this.members.steps();
    const { document, concealed, changed } = draft.content();
    return { document, concealed, changed: changed || members.length > 0, members, touched: this.touched };
  }

  private performAll(op: WriteVerb, parts: Iterable<PathlessPart>): void {
    for (const { path, value } of parts) {
      if (++this.parts > MAXIMUM_PARTS) {
        throw ScimError.payloadTooLarge(
          `A PATCH request may assign at most ${MAXIMUM_PARTS} attributes by name.`,
        );
      }
      this.performOn(path, { op, value });
    }
  }

  private performOn(path: PatchPath, operation: PatchOperation): void {
    if (path.kind === 'extension') return this.performOnExtension(path.extension, operation);
    this.touch(path);
    const { attribute } = path;
    if (path.kind === 'valuePath') this.comparisons.spend(path.filter, this.draft.get(attribute));
    if (attribute.path === 'schemas') {
      const dropped = extensionsDropped(
        this.type,
        path,
        operation,
        (extension) => this.draft.holds(extension),
        this.context,
      );
      for (const extension of dropped) this.removeExtension(extension);
    } else if (attribute.detached) {
      foldMembers(path, operation, this.members, this.context);
    } else if (operation.op === 'remove') {
      this.remove(path, operation.value);
    } else {
      this.write(path, operation.op, operation.value);
    }
  }

  private performOnExtension(extension: CompiledExtension, { op, value }: PatchOperation): void {
    for (const attribute of extension.attributes.values())
      if (op === 'remove') this.touched.add(attribute.path);
    if (op === 'remove') return this.removeExtension(extension);
    if (value === undefined) throw valueMissing(extension.urn);
    if (value !== null && !this.isEmptyText(value)) {
      return this.performAll(op, expandExtension(this.type, extension, value, this.context));
    }
    if (op === 'replace') this.removeExtension(extension);
  }

  private isEmptyText(value: JsonValue): boolean {
    const { leniency } = this.context;
    if (value !== '' || !leniency.tolerates('emptyStrings')) return false;
    leniency.applied('emptyStrings');
    return true;
  }

  private write(
    path: Exclude<PatchPath, { kind: 'extension' }>,
    verb: WriteVerb,
    value: JsonValue | undefined,
  ): void {
    const { draft, context } = this;
    const { attribute } = path;
    if (path.kind === 'valuePath') {
      const present = draft.get(attribute);
      return this.assign(attribute, writeElements(path, verb, present, value, context));
    }
    if (value === undefined) throw valueMissing(attribute.path);
    const { parent } = attribute;
    const present = draft.get(parent ?? attribute);
    if (!parent) return draft.put(attribute, writeValue(attribute, verb, present, value, context));
    this.assign(
      parent,
      parent.multiValued
        ? writeEveryElement(parent, attribute, verb, present, value, context)
        : writeSubAttribute(attribute, verb, present, value, context),
    );
  }

  private remove(path: Exclude<PatchPath, { kind: 'extension' }>, value: JsonValue | undefined): void {
    const { attribute } = path;
    const { parent } = attribute;
    const present = this.draft.get(parent ?? attribute);
    // Read-only targets are refused whatever the data (RM-05, RM-15).
    for (const target of [parent, attribute, path.kind === 'valuePath' ? path.sub : undefined]) {
      if (target) removable(target, undefined);
    }
    if (path.kind === 'valuePath') {
      this.removed.add(path.sub ?? attribute);
      this.removed.add(attribute);
      return this.assign(attribute, removeElements(path, present, this.context));
    }
    this.removed.add(attribute);
    if (!parent) return this.removeWhole(attribute, present, value);
    this.removed.add(parent);
    if (parent.multiValued) {
      return this.assign(
        parent,
        removeParts(attribute, present, () => true),
      );
    }
    if (!removable(attribute, partOf(present, attribute.name))) return;
    this.assign(parent, withPart(present, attribute.name, undefined));
  }

  private removeWhole(
    attribute: Attribute,
    present: JsonValue | undefined,
    value: JsonValue | undefined,
  ): void {
    if (attribute.multiValued && value !== undefined && value !== null) {
      return this.assign(attribute, removeByValue(attribute, present, value, this.context));
    }
    if (removable(attribute, present)) this.draft.put(attribute, undefined);
  }

  /** Gives an attribute a value that was made from parts of it: its own mutability has still to be asked. */
  private assign(attribute: Attribute, value: JsonValue | undefined): void {
    this.draft.put(attribute, permitted(attribute, this.draft.get(attribute), value));
  }

  /** RM-17. Read-only data stays, and the extension with it. */
  private removeExtension(extension: CompiledExtension): void {
    this.removedExtensions.add(extension);
    for (const attribute of extension.attributes.values()) {
      if (attribute.mutability === 'readOnly' || !removable(attribute, this.draft.get(attribute))) continue;
      this.removed.add(attribute);
      this.draft.put(attribute, undefined);
    }
  }

  private touch(path: Exclude<PatchPath, { kind: 'extension' }>): void {
    const { attribute } = path;
    this.touched.add(attribute.path);
    if (attribute.parent) this.touched.add(attribute.parent.path);
    if (path.kind === 'valuePath' && path.sub) this.touched.add(path.sub.path);
  }
}

function valueMissing(name: string): ScimError {
  return ScimError.invalidValue(`The operation on ${name} needs a value.`);
}
