import { EC2Client } from '@aws-sdk/client-ec2';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { Simulator } from './simulator';

/** A simulator on a clock of its own, with the real SDK's clients. */
export class TestBed {
  static async start(): Promise<TestBed> {
    const bed = new TestBed();
    bed.sim = await Simulator.start({ now: () => bed.now });
    return bed;
  }

  sim!: Simulator;
  now = Date.parse('2026-01-01T00:00:00Z');
  private readonly clients: { destroy(): void }[] = [];

  private constructor() {}

  lightsail(region = 'us-east-1', maxAttempts = 1): LightsailClient {
    return this.kept(new LightsailClient({ ...this.config(region, maxAttempts) }));
  }

  ec2(region = 'us-east-1', maxAttempts = 1): EC2Client {
    return this.kept(new EC2Client({ ...this.config(region, maxAttempts) }));
  }

  advance(ms: number): void {
    this.now += ms;
  }

  async stop(): Promise<void> {
    this.clients.forEach(client => client.destroy());
    await this.sim.stop();
  }

  private config(region: string, maxAttempts: number) {
    return { region, maxAttempts, endpoint: this.sim.url, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } };
  }

  private kept<C extends { destroy(): void }>(client: C): C {
    this.clients.push(client);
    return client;
  }
}

/** The error that a call ends with, as the SDK shows it. */
export async function errorOf(call: Promise<unknown>): Promise<{ name: string; message: string; code?: string; tip?: string; status?: number }> {
  try {
    await call;
  } catch (error: any) {
    return { name: error.name, message: error.message, code: error.code, tip: error.tip, status: error.$metadata?.httpStatusCode };
  }
  throw new Error('the call did not fail');
}
