import { Budget, Problem } from '../problem';
import { refuse } from './object';

/**
 * A limit on what tables of one kind take together. Tables of a sound object do not overlap; headers that all describe
 * one large range would otherwise take hours.
 */
@unmanaged
export class Limit {
  private spent: f64 = 0;
  private most: f64 = 0;

  constructor(private budget: Budget) {}

  begin(most: f64): void {
    this.most = most;
    this.spent = 0;
  }

  /** Fails once the sum exceeds the limit. */
  spend(bytes: f64): void {
    this.spent += bytes;
    if (this.spent > this.most) refuse(Problem.OVER_BUDGET, 0, this.budget, this.spent);
  }
}
