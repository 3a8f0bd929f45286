// A Bluesky personal data server. Settings: PEERS_ROOT and the PDS's own PDS_*.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = path.join(process.env.PEERS_ROOT, 'node_modules/@atproto/pds/dist/index.js');
const { PDS, envToCfg, envToSecrets, readEnv } = await import(pathToFileURL(entry));

const env = readEnv();
const pds = await PDS.create(envToCfg(env), envToSecrets(env));
process.on('SIGTERM', () => pds.destroy().then(() => process.exit(0)));
await pds.start();
