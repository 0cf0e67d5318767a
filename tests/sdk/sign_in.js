// A browser in front of the server's pages: fetches a page, fills in its form, sends it, and stops where it is led to.
'use strict';
const assert = require('node:assert/strict');

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]);

function hiddenFields(html) {
  const fields = new URLSearchParams();
  for (const [, name, value] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
    fields.set(name, decode(value));
  return fields;
}

async function open(url, init = {}) {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  return { response, html: await response.text(), cookie };
}

function submit(url, page, fields) {
  const body = hiddenFields(page.html);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return open(new URL(/<form method="post" action="([^"]*)"/.exec(page.html)[1], url),
    { method: 'POST', body, headers: { Cookie: page.cookie } });
}

// The address that an authorization request leads back to.
async function signIn(url, username, password) {
  const page = await open(url);
  assert.equal(page.response.status, 200, page.html);
  const { response, html } = await submit(url, page, { username, password, action: 'sign_in' });
  assert.equal(response.status, 303, html);
  return new URL(response.headers.get('location'));
}

// Lets a device in.
async function approveDevice(url, userCode, username, password) {
  const asked = await submit(url, await open(url), { user_code: userCode, action: 'next' });
  assert.equal(asked.response.status, 200, asked.html);
  const { response, html } = await submit(url, asked, { username, password, action: 'sign_in' });
  assert.equal(response.status, 200, html);
}

module.exports = { signIn, approveDevice };
