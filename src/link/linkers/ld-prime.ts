import { LD64 } from './ld64.js';
import { WEAK_OVER_COMMON } from './strategies/precedence.js';
import { type Linker, NAMED } from './strategy.js';

/*
 * Apple's linker since Xcode 15 is closed. It is taken to follow ld64's rules, and to choose between two equally good
 * definitions in one of two ways: a plan must hold for both (docs/linkers.md, ld-prime).
 */
const IDENTITY = { ...NAMED, format: 'macho', notRun: 'the rules of ld64, which it replaces' } as const;

export const LD_PRIME: Linker = {
  identity: {
    ...IDENTITY,
    id: 'ld-prime',
    title: "Apple's ld-prime",
    outcome: 'the first of two definitions stays',
  },
  strategies: { ...LD64.strategies, precedence: WEAK_OVER_COMMON },
};

export const LD_PRIME_LAST: Linker = {
  identity: {
    ...IDENTITY,
    id: 'ld-prime-last',
    title: "Apple's ld-prime, choosing as ld64",
    outcome: 'it chooses as ld64 does',
    outcomeOf: 'ld-prime',
  },
  strategies: LD64.strategies,
};
