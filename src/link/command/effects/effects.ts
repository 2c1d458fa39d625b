import type { Effect } from '../line-option.js';
import { appleEffects } from './apple-effects.js';
import type { ApplyOption } from './effect.js';
import { exportEffects } from './export-effects.js';
import { generalEffects } from './general-effects.js';
import { inputEffects } from './input-effects.js';
import { microsoftEffects } from './microsoft-effects.js';
import { symbolEffects } from './symbol-effects.js';

/** Functions for all effects. Options without an effect have one, too, so that none is forgotten. */
export const EFFECTS: Readonly<Record<Effect, ApplyOption>> = {
  ...inputEffects,
  ...symbolEffects,
  ...exportEffects,
  ...appleEffects,
  ...microsoftEffects,
  ...generalEffects,
};
