import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answer } from './protocol/answer';

export interface Request {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** `undefined`: the connection is cut without an answer. */
export type Serve = (request: Request) => Promise<Answer | undefined>;

/** The HTTP side alone: bodies in, answers out, and a port that is free again after `close`. */
export class HttpServer {
  static async listen(port: number, serve: Serve): Promise<HttpServer> {
    const http = new HttpServer(serve);
    await new Promise<void>((resolve, reject) => {
      http.server.once('error', reject);
      http.server.listen(port, '127.0.0.1', resolve);
    });
    http.port = (http.server.address() as AddressInfo).port;
    return http;
  }

  port = 0;
  /** Milliseconds of real time after which a connection that was kept open is reset by its next request, as after a frozen process. */
  resetsKeptAfter = Infinity;
  /** Connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  private readonly lastUse = new WeakMap<Socket, number>();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private requests = 0;

  private constructor(private readonly serve: Serve) {
    this.server = createServer((request, response) => this.receive(request, response));
    this.server.keepAliveTimeout = 0;
    this.server.on('connection', socket => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()));
    this.sockets.forEach(socket => socket.destroy());
    await closed;
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const last = this.lastUse.get(socket) ?? Infinity;
    this.lastUse.set(socket, Date.now());
    if (Date.now() - last > this.resetsKeptAfter) {
      socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('error', () => request.socket.destroy());
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString();
      this.serve({ method: request.method!, url: request.url!, headers: request.headers, body }).then(
        answer => answer ? this.respond(response, answer) : request.socket.destroy(),
        // A mistake of the simulator's own: loud on both sides.
        error => this.respond(response, { status: 599, contentType: 'text/plain', body: String(error?.stack ?? error) }),
      );
    });
  }

  private respond(response: ServerResponse, { status, contentType, body }: Answer): void {
    const id = (++this.requests).toString(16).padStart(12, '0');
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'x-amzn-requestid': `00000000-0000-4000-8000-${id}`,
    });
    response.end(body);
  }
}
