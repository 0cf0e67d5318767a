// serve_and_test.js PROGRAM TEST: makes a certificate for 127.0.0.1, starts `PROGRAM serve --demo` with it on a free
// port, waits for /readyz, and runs TEST, which finds the server in its environment. The exit status is TEST's.
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const readySecondsMax = 60;
const [program, test] = process.argv.slice(2);

// Signed by itself, so that it is its own authority.
function makeCertificate(folder) {
  const files = { certificate: path.join(folder, 'server.crt'), key: path.join(folder, 'server.key') };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '1', '-subj', '/CN=vedette test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
    '-keyout', files.key, '-out', files.certificate], { stdio: ['ignore', 'ignore', 'pipe'] });
  return files;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function statusOf(url, ca) {
  return new Promise((resolve) => {
    const request = https.get(url, { ca, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
  });
}

async function waitUntilReady(server, url, ca) {
  for (const end = Date.now() + readySecondsMax * 1000; Date.now() < end;) {
    if (server.exitCode !== null) throw new Error(`the server ended with status ${server.exitCode}`);
    if (await statusOf(url, ca) === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not answer 200 within ${readySecondsMax} s`);
}

function ended(child) {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = ended(server);
  server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), 10000);
  await gone;
  clearTimeout(late);
}

async function main(folder) {
  const { certificate, key } = makeCertificate(folder);
  const port = await freePort();
  const data = path.join(folder, 'data');
  const server = spawn(program, ['serve', '--demo', '--data', data, '--listen', `127.0.0.1:${port}`,
    '--tls-certificate', certificate, '--tls-key', key], { stdio: ['ignore', 'inherit', 'inherit'] });
  server.once('error', (error) => console.error(error.message));
  try {
    await waitUntilReady(server, `https://127.0.0.1:${port}/readyz`, fs.readFileSync(certificate));
    const demo = JSON.parse(fs.readFileSync(path.join(data, 'demo.json'), 'utf8'));
    return await ended(spawn(process.execPath, ['--test', test], {
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: certificate,
        VEDETTE_BASE_URL: `https://127.0.0.1:${port}`,
        VEDETTE_TENANT_ID: demo.tenantId,
        VEDETTE_CLIENT_ID: demo.clientId,
        VEDETTE_CLIENT_SECRET: demo.clientSecret,
      },
    }));
  } finally {
    await stop(server);
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vedette-sdk-'));
main(folder)
  .catch((error) => {
    console.error(error.message);
    return 1;
  })
  .then((status) => {
    fs.rmSync(folder, { recursive: true, force: true });
    process.exitCode = status;
  });
