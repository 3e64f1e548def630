import { Definition, State, check } from './asl';
import type { Json } from './paths';
import type { Ending, Outside, Processor, Run } from './run';
import { StateError } from './state-error';
import { STOPPED, Visit, limited } from './visit';

export { MAX_DATA } from './run';
export type { Ending, HistoryEvent, Outside, Run } from './run';

/** Carries out a definition in virtual time. */
export class Interpreter implements Processor {
  private readonly processors = new Map<string, Interpreter>();

  constructor(private readonly definition: Definition, private readonly outside: Outside) {
    check(definition);
    for (const [name, { ItemProcessor }] of Object.entries(definition.States)) {
      if (!ItemProcessor) continue;
      const { ProcessorConfig, ...processor } = ItemProcessor;
      this.processors.set(name, new Interpreter(processor, outside));
    }
  }

  /** Undefined when it was stopped. */
  async run(run: Run): Promise<Ending | undefined> {
    const late = new StateError('States.Timeout', '');
    try {
      const { TimeoutSeconds } = this.definition;
      const work = this.walk(run);
      if (TimeoutSeconds === undefined) return await work;
      return await this.within(TimeoutSeconds, work, late);
    } catch (thrown) {
      if (thrown === STOPPED) return undefined;
      if (!(thrown instanceof StateError)) throw thrown;
      const { error, cause, deliberate } = thrown;
      return { status: thrown === late ? 'TIMED_OUT' : 'FAILED', error, cause, ...(deliberate && { deliberate }) };
    }
  }

  private async walk(run: Run): Promise<Ending> {
    let data: Json = JSON.parse(run.input) as Json;
    for (let name: string | undefined = this.definition.StartAt; name !== undefined;) {
      const state: State = this.definition.States[name];
      run.transition();
      this.note(run, `${state.Type}StateEntered`, name, data);
      const visit: Visit = new Visit(this.outside, run, name, state, this.processors.get(name));
      const { output, next } = await visit.go(data);
      data = limited(name, output);
      this.note(run, `${state.Type}StateExited`, name, data);
      name = next;
    }
    return { status: 'SUCCEEDED', output: JSON.stringify(data) };
  }

  private note(run: Run, type: string, state: string, data: Json): void {
    run.record({ at: this.outside.clock.now(), type, state, data });
  }

  private async within<T>(seconds: number, work: Promise<T>, late: Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = this.outside.clock.in(seconds * 1000, () => reject(late), 'an execution times out');
      void work.finally(() => timer.cancel()).then(resolve, reject);
    });
  }
}
