import type { MemberId } from '../../symbols/table.js';
import type { AdviceContext } from './context.js';

/** Caches a value read from a member, for one link: thousands of duplicates name the same few members. */
export function perMember<Value>(
  read: (context: AdviceContext, member: MemberId) => Value,
): (context: AdviceContext, member: MemberId) => Value {
  const known = new WeakMap<AdviceContext, Map<MemberId, Value>>();
  return (context, member) => {
    const own = known.get(context) ?? new Map<MemberId, Value>();
    known.set(context, own);
    if (!own.has(member)) own.set(member, read(context, member));
    return own.get(member) as Value;
  };
}
