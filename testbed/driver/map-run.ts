/** The run of a distributed Map: an execution for each item, so many at a time, until too many have failed. */
import type { Json } from './paths';
import type { Child, Ending } from './run';
import { StateError } from './state-error';

export interface MapRunOptions {
  /** JSON, one for each item. */
  readonly inputs: readonly string[];
  readonly maxConcurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  readonly start: (input: string) => Child;
}

/** What Step Functions runs at a time where nobody says less. */
const MOST_CHILDREN = 10_000;

export class MapRun {
  private readonly running = new Set<Child>();
  private readonly outputs: (Json | undefined)[] = [];
  private next = 0;
  private failures = 0;
  private settle!: { resolve: (outputs: Json[]) => void; reject: (error: StateError) => void };
  private over = false;

  constructor(private readonly options: MapRunOptions) {}

  /** The outputs of those that succeeded, in the order of the items. What stands for one that failed is not documented: here nothing does. */
  async result(): Promise<Json[]> {
    return new Promise<Json[]>((resolve, reject) => {
      this.settle = { resolve, reject };
      this.startMore();
    });
  }

  stop(): void {
    this.over = true;
    for (const child of this.running) child.stop();
    this.running.clear();
  }

  private startMore(): void {
    const { inputs, maxConcurrency, start } = this.options;
    while (!this.over && this.next < inputs.length && this.running.size < (maxConcurrency || MOST_CHILDREN)) {
      const index = this.next++;
      const child = start(inputs[index]);
      this.running.add(child);
      void child.ended.then(ending => this.ended(child, index, ending));
    }
    if (this.over || this.running.size > 0) return;
    this.over = true;
    this.settle.resolve(this.outputs.filter((output): output is Json => output !== undefined));
  }

  private ended(child: Child, index: number, ending: Ending | undefined): void {
    if (this.over) return;
    this.running.delete(child);
    if (ending?.status === 'SUCCEEDED') this.outputs[index] = JSON.parse(ending.output) as Json;
    else this.failures++;
    if (this.tooManyFailed()) {
      this.stop();
      this.settle.reject(new StateError('States.ExceedToleratedFailureThreshold', `${this.failures} of ${this.options.inputs.length} items failed`));
      return;
    }
    this.startMore();
  }

  private tooManyFailed(): boolean {
    const { inputs, toleratedCount, toleratedPercentage } = this.options;
    return this.failures > Math.max(toleratedCount, (inputs.length * toleratedPercentage) / 100);
  }
}
