import { Direct, LoopbackServer } from '../server';

/** Milliseconds until a toy snapshot is there. */
export const TAKES = 60_000;

/** The least that a simulator has to be: snapshots that take a minute. */
export class ToyLightsail {
  static async start({ now }: { readonly now: () => number }): Promise<ToyLightsail> {
    const toy: ToyLightsail = new ToyLightsail(now, await LoopbackServer.listen(({ headers, body }) => {
      const operation = String(headers['x-amz-target']).split('.')[1];
      const { instanceSnapshotName: name } = JSON.parse(body) as { instanceSnapshotName: string };
      try {
        return { status: 200, body: JSON.stringify(toy.carryOut(operation, name)) };
      } catch (error) {
        return { status: 400, body: JSON.stringify({ __type: (error as Error).message, message: name }) };
      }
    }));
    return toy;
  }

  readonly url: string;
  readonly direct: Direct;
  readonly snapshots = new Map<string, number>();

  private constructor(private readonly now: () => number, private readonly server: LoopbackServer) {
    this.url = server.url;
    this.direct = server.direct;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private carryOut(operation: string, name: string): object {
    const madeAt = this.snapshots.get(name);
    if (operation === 'CreateInstanceSnapshot') {
      if (madeAt !== undefined) throw new Error('InvalidInputException');
      this.snapshots.set(name, this.now());
      return {};
    }
    if (madeAt === undefined) throw new Error('NotFoundException');
    if (operation === 'DeleteInstanceSnapshot') {
      this.snapshots.delete(name);
      return {};
    }
    return { instanceSnapshot: { name, state: this.now() < madeAt + TAKES ? 'pending' : 'available' } };
  }
}
