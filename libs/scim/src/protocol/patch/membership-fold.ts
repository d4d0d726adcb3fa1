import type { TypedFilter } from '../filter/typed-filter.js';
import type { MemberReference, MembershipStep } from './membership.js';

type Fold =
  | { kind: 'change'; add: Map<string, MemberReference>; remove: Set<string> }
  | { kind: 'replace'; members: Map<string, MemberReference> }
  | { kind: 'removeWhere'; filter: TypedFilter };

/**
 * Folds the operations on a detached list into as few set-based steps as possible, without knowing the list: later
 * operations on an id win over earlier ones, and a replacement makes all before it void.
 */
export class MembershipFold {
  private folds: Fold[] = [];

  add(members: readonly MemberReference[]): void {
    if (members.length === 0) return;
    const last = this.last();
    for (const member of members) {
      if (last.kind === 'change') last.remove.delete(member.id);
      const known = last.kind === 'change' ? last.add : last.members;
      if (known.get(member.id)?.type === undefined) known.set(member.id, member);
    }
  }

  remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const last = this.last();
    for (const id of ids) {
      if (last.kind === 'replace') {
        last.members.delete(id);
      } else {
        last.add.delete(id);
        last.remove.add(id);
      }
    }
  }

  /** Removes what a filter selects that is more than a choice of ids. */
  removeWhere(filter: TypedFilter): void {
    const last = this.folds.at(-1);
    if (last?.kind === 'replace' && last.members.size === 0) return;
    this.folds.push({ kind: 'removeWhere', filter });
  }

  replace(members: readonly MemberReference[]): void {
    this.folds = [{ kind: 'replace', members: new Map(members.map((member) => [member.id, member])) }];
  }

  steps(): readonly MembershipStep[] {
    return this.folds.map((fold): MembershipStep => {
      switch (fold.kind) {
        case 'change':
          return { kind: 'change', add: [...fold.add.values()], remove: [...fold.remove] };
        case 'replace':
          return { kind: 'replace', members: [...fold.members.values()] };
        case 'removeWhere':
          return fold;
      }
    });
  }

  /** The step that takes single ids: the last one, or a new one after a removal by filter. */
  private last(): Exclude<Fold, { kind: 'removeWhere' }> {
    const last = this.folds.at(-1);
    if (last && last.kind !== 'removeWhere') return last;
    const change: Fold = { kind: 'change', add: new Map(), remove: new Set() };
    this.folds.push(change);
    return change;
  }
}
