// Loaded before a peer: servers that would listen on every address listen on loopback only.
const net = require('node:net');

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function listenOnLoopback(...args) {
  const [port, host] = args;
  if (typeof port === 'number' && typeof host !== 'string') {
    args.splice(1, 0, '127.0.0.1');
  }
  return listen.apply(this, args);
};
