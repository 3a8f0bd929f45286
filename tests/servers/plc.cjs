// The directory of Bluesky identities (PLC), kept in memory. Settings: PEERS_ROOT, PLC_PORT.
const path = require('node:path');

const { Database, PlcServer } = require(
  path.join(process.env.PEERS_ROOT, 'node_modules', '@did-plc', 'server'),
);

const plc = PlcServer.create({ db: Database.mock(), port: Number(process.env.PLC_PORT) });
process.on('SIGTERM', () => plc.destroy().then(() => process.exit(0)));
plc.start();
