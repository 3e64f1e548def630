import { IncomingHttpHeaders, Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';

export interface ServerRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ServerAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Answers without a socket in between, and nothing where the connection is cut. */
export type Direct = (request: ServerRequest) => ServerAnswer | undefined | Promise<ServerAnswer | undefined>;

/** A server on this machine that answers at once. */
export class LoopbackServer {
  static async listen(answer: (request: ServerRequest) => ServerAnswer): Promise<LoopbackServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const { status, headers: more, body = '' } = answer({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
        response.writeHead(status, { ...more, 'content-length': Buffer.byteLength(body) });
        response.end(body);
      });
    });
    // a connection that the server drops just as it is used again would look like a fault that nobody asked for
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new LoopbackServer(server, answer);
  }

  readonly url: string;

  private constructor(private readonly server: Server, readonly direct: (request: ServerRequest) => ServerAnswer) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
