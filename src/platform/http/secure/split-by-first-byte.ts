import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';

/** RFC 8446, 5.1: the type of the record that every handshake begins with. No HTTP request begins with this byte. */
const handshake = 22;
const firstByteMs = 60_000;
/** Who has connected before the end and said nothing yet has so long to do it, as on a port with HTTP alone. */
const newcomerMs = 1000;

/** One port for HTTP and TLS. Closing the returned server soon cuts connections on which nothing has come yet. */
export function splitByFirstByte(plain: HttpServer, secure: HttpsServer): Server {
  const undecided = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    undecided.add(socket);
    const timer = setTimeout(() => socket.destroy(), firstByteMs).unref();
    const settle = (): void => {
      clearTimeout(timer);
      undecided.delete(socket);
    };
    // The socket closes by itself; whoever takes it over listens for what comes later.
    const onError = (): void => {};
    socket.on('error', onError).once('close', settle);
    socket.once('data', (first: Buffer) => {
      settle();
      socket.off('error', onError).off('close', settle);
      // TLS takes what lies in the stream, HTTP listens to it, and neither starts a stream that others have paused.
      if (first[0] === handshake) socket.pause();
      socket.unshift(first);
      (first[0] === handshake ? secure : plain).emit('connection', socket);
    });
  });
  const close = server.close.bind(server);
  server.close = (done) => {
    setTimeout(() => {
      for (const socket of undecided) socket.destroy();
    }, newcomerMs).unref();
    return close(done);
  };
  // Node begins to keep track of connections, for their time-outs and for closing, when a server listens.
  server.once('listening', () => {
    plain.emit('listening');
    secure.emit('listening');
  });
  return server;
}
