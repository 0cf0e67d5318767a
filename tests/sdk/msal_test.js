// What @azure/msal-node and @azure/identity do, unchanged but for the address of the authority: each way to a token, and
// what the token is good for.
'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { AuthorizationCodeCredential, DeviceCodeCredential } = require('@azure/identity');
const { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } = require('@azure/msal-node');
const { approveDevice, signIn } = require('./sign_in');

const {
  VEDETTE_BASE_URL: baseUrl, VEDETTE_TENANT_ID: tenantId, VEDETTE_CLIENT_ID: clientId,
  VEDETTE_CLIENT_SECRET: clientSecret, VEDETTE_PUBLIC_CLIENT_ID: publicClientId, VEDETTE_USER: user,
  VEDETTE_PASSWORD: password,
} = process.env;
const graph = 'https://graph.microsoft.com/';
const redirectUri = 'http://localhost:4711';

function authority(tenant = tenantId) {
  return { authority: `${baseUrl}/${tenant}`, knownAuthorities: [new URL(baseUrl).host] };
}
const publicApplication = (tenant) =>
  new PublicClientApplication({ auth: { clientId: publicClientId, ...authority(tenant) } });

async function get(path, token) {
  const response = await fetch(baseUrl + path, { headers: { Authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

async function withCode(application, scopes) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await application.getAuthCodeUrl(
    { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256', state: 'x y' });
  const back = await signIn(url, user, password);
  assert.equal(back.searchParams.get('state'), 'x y');
  return application.acquireTokenByCode(
    { scopes, redirectUri, code: back.searchParams.get('code'), codeVerifier: verifier });
}

test('MSAL: client credentials', async () => {
  const application = new ConfidentialClientApplication({ auth: { clientId, clientSecret, ...authority() } });
  const token = await application.acquireTokenByClientCredential({ scopes: [`${graph}.default`] });
  assert.equal((await get('/v1.0/security/incidents', token.accessToken)).status, 200);
  const wrong = new ConfidentialClientApplication({ auth: { clientId, clientSecret: 'wrong', ...authority() } });
  await assert.rejects(wrong.acquireTokenByClientCredential({ scopes: [`${graph}.default`] }), /invalid_client/);
});

for (const tenant of [tenantId, 'organizations', 'common'])
  test(`MSAL: a code with PKCE, and a refresh (${tenant === tenantId ? 'tenant' : tenant})`, async () => {
    const application = publicApplication(tenant);
    const scopes = [`${graph}SecurityIncident.Read.All`, `${graph}SecurityAlert.Read.All`];
    const first = await withCode(application, scopes);
    assert.equal(first.account.username, user);
    assert.equal(first.tenantId, tenantId);
    assert.ok(first.scopes.includes(scopes[0]), first.scopes.join());
    assert.equal((await get('/v1.0/security/incidents', first.accessToken)).status, 200);
    const cached = await application.acquireTokenSilent({ account: first.account, scopes });
    assert.equal(cached.fromCache, true);
    for (let round = 0; round < 2; ++round) {
      const next = await application.acquireTokenSilent({ account: first.account, scopes, forceRefresh: true });
      assert.equal(next.fromCache, false);
      assert.notEqual(next.accessToken, first.accessToken);
      assert.equal((await get('/v1.0/security/incidents', next.accessToken)).status, 200);
    }
  });

test('MSAL: short names of permissions, and what is not granted', async () => {
  const application = publicApplication();
  const token = await withCode(application, ['SecurityAlert.Read.All']);
  assert.ok(token.scopes.includes('SecurityAlert.Read.All'));
  const refused = await get('/v1.0/security/incidents', token.accessToken);
  assert.equal(refused.status, 403);
  assert.match(refused.body.error.message, /SecurityIncident\.Read\.All/);
});

test('MSAL: a device code', async () => {
  const scopes = [`${graph}SecurityIncident.Read.All`];
  const application = publicApplication();
  const token = await application.acquireTokenByDeviceCode({
    scopes,
    deviceCodeCallback: ({ verificationUri, userCode }) => approveDevice(verificationUri, userCode, user, password),
  });
  assert.equal(token.account.username, user);
  assert.equal((await get('/v1.0/security/incidents', token.accessToken)).status, 200);
  assert.ok(await application.acquireTokenSilent({ account: token.account, scopes, forceRefresh: true }));
});

test('@azure/identity: a device code', async () => {
  const credential = new DeviceCodeCredential({
    tenantId, clientId: publicClientId, authorityHost: baseUrl, disableInstanceDiscovery: true,
    userPromptCallback: ({ verificationUri, userCode }) => approveDevice(verificationUri, userCode, user, password),
  });
  const { token } = await credential.getToken(`${graph}SecurityIncident.Read.All`);
  assert.equal((await get('/v1.0/security/incidents', token)).status, 200);
});

test('@azure/identity: a code of a confidential client', async () => {
  const { VEDETTE_WEB_CLIENT_ID: id, VEDETTE_WEB_CLIENT_SECRET: secret } = process.env;
  const scope = `${graph}SecurityIncident.Read.All`;
  const query = new URLSearchParams(
    { client_id: id, response_type: 'code', redirect_uri: redirectUri, scope: `offline_access ${scope}` });
  const back = await signIn(`${baseUrl}/${tenantId}/oauth2/v2.0/authorize?${query}`, user, password);
  const credential = new AuthorizationCodeCredential(tenantId, id, secret, back.searchParams.get('code'), redirectUri,
    { authorityHost: baseUrl, disableInstanceDiscovery: true });
  const { token } = await credential.getToken(scope);
  assert.equal((await get('/v1.0/security/incidents', token)).status, 200);
});

test('the older endpoints', async () => {
  const discovered = await (await fetch(`${baseUrl}/${tenantId}/.well-known/openid-configuration`)).json();
  assert.equal(discovered.token_endpoint, `${baseUrl}/${tenantId}/oauth2/token`);
  const response = await fetch(discovered.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams(
      { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, resource: graph }),
  });
  const answer = await response.json();
  assert.equal(answer.expires_in, '3600');
  assert.equal((await get('/v1.0/security/incidents', answer.access_token)).status, 200);
});
