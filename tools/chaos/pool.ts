import { ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Failing, Report } from './work';
import type { Order } from './worker';

interface Told<R, F> {
  readonly id: number;
  readonly ended?: number;
  readonly failing?: F;
  readonly report?: R;
  readonly error?: string;
}

/** Worker processes, each of which does one job at a time. */
export class Pool<O extends object = Omit<Order, 'id'>, R = Report, F = Failing> {
  private readonly idle: ChildProcess[] = [];
  private readonly waiting: ((worker: ChildProcess) => void)[] = [];
  private readonly all: ChildProcess[];
  private orders = 0;

  /** @param ended is told of every case */
  constructor(size: number, private readonly ended: (failing?: F) => void, file = join(__dirname, 'worker.ts')) {
    this.all = Array.from({ length: size }, () => fork(file, [], { execArgv: ['--no-warnings', '--max-semi-space-size=64', '--import', 'tsx'] }));
    this.idle.push(...this.all);
  }

  async do(order: O): Promise<R> {
    const worker = this.idle.shift() ?? await new Promise<ChildProcess>(resolve => this.waiting.push(resolve));
    const id = ++this.orders;
    try {
      return await new Promise<R>((resolve, reject) => {
        const died = () => reject(new Error('a worker died'));
        const hear = (told: Told<R, F>) => {
          if (told.id !== id) return;
          if (told.ended) this.ended(told.failing);
          if (!told.report && !told.error) return;
          worker.off('message', hear).off('exit', died);
          if (told.report) resolve(told.report);
          else reject(new Error(told.error));
        };
        worker.on('message', hear).on('exit', died).send({ ...order, id });
      });
    } finally {
      const next = this.waiting.shift();
      if (next) next(worker);
      else this.idle.push(worker);
    }
  }

  close(): void {
    for (const worker of this.all) worker.kill();
  }
}
