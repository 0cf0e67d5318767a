// serve_and_test.js PROGRAM TEST…: starts `PROGRAM serve --demo --tls dev` on a free port, waits for /readyz, makes a
// user and applications, and runs each TEST, which finds the server in its environment. The exit status is the tests'.
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const readySecondsMax = 60;
const [program, ...tests] = process.argv.slice(2);

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
    const request = https.get(url, { ca: fs.existsSync(ca) ? fs.readFileSync(ca) : [], timeout: 5000 }, (response) => {
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

// What a command of the program prints.
function make(data, ...command) {
  return JSON.parse(execFileSync(program, [...command, '--data', data], { encoding: 'utf8' }));
}

// Who signs in, and through what.
function environmentOf(data) {
  const demo = JSON.parse(fs.readFileSync(path.join(data, 'demo.json'), 'utf8'));
  const delegated = ['--scope', 'SecurityAlert.Read.All', '--scope', 'SecurityIncident.ReadWrite.All',
    '--scope', 'SecurityIncident.Read.All', '--scope', 'ThreatHunting.Read.All'];
  const tool = make(data, 'app', 'create', '--name', 'tool', '--public', '--redirect-uri', 'http://localhost',
    ...delegated);
  const web = make(data, 'app', 'create', '--name', 'web', '--redirect-uri', 'http://localhost:4711', ...delegated);
  const user = make(data, 'user', 'create', '--name', 'ana@halden.example', '--role', 'Security Operator');
  return {
    VEDETTE_TENANT_ID: demo.tenantId,
    VEDETTE_CLIENT_ID: demo.clientId,
    VEDETTE_CLIENT_SECRET: demo.clientSecret,
    VEDETTE_PUBLIC_CLIENT_ID: tool.clientId,
    VEDETTE_WEB_CLIENT_ID: web.clientId,
    VEDETTE_WEB_CLIENT_SECRET: web.clientSecret,
    VEDETTE_USER: user.name,
    VEDETTE_PASSWORD: user.password,
  };
}

async function main(folder) {
  const port = await freePort();
  const data = path.join(folder, 'data'), certificate = path.join(data, 'development.crt');
  const server = spawn(program, ['serve', '--demo', '--tls', 'dev', '--data', data, '--listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'inherit', 'inherit'] });
  server.once('error', (error) => console.error(error.message));
  try {
    await waitUntilReady(server, `https://127.0.0.1:${port}/readyz`, certificate);
    return await ended(spawn(process.execPath, ['--test', ...tests], {
      stdio: 'inherit',
      env: {
        ...process.env,
        ...environmentOf(data),
        NODE_EXTRA_CA_CERTS: certificate,
        VEDETTE_BASE_URL: `https://127.0.0.1:${port}`,
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
