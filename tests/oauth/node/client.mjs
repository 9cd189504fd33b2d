// An OAuth client that others wrote (oauth4webapi), told what to do line by line.
//
// Each line of the standard input is {"do": ..., ...} in JSON, and is answered with a line:
// {"is": what came of it} or {"error": why nothing did}. It checks all that its library can check.

import { createInterface } from 'node:readline';
import * as oauth from 'oauth4webapi';

const insecure = { [oauth.allowInsecureRequests]: true }; // loopback has no HTTPS
const known = { as: undefined, client: undefined, auth: undefined, asked: undefined };

const deeds = {
  async discover({ issuer, algorithm }) {
    const url = new URL(issuer);
    const answer = await oauth.discoveryRequest(url, { algorithm, ...insecure });
    known.as = await oauth.processDiscoveryResponse(url, answer);
    return known.as;
  },

  async become({ client_id, secret, key, kid }) {
    known.client = { client_id, id_token_signed_response_alg: 'ES256' };
    if (key) {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      const imported = await crypto.subtle.importKey('jwk', key, algorithm, false, ['sign']);
      known.auth = oauth.PrivateKeyJwt({ key: imported, kid });
    } else {
      known.auth = secret ? oauth.ClientSecretBasic(secret) : oauth.None();
    }
    return {};
  },

  async ask({ redirect_uri, scope, resource, nonce }) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    known.asked = { redirect_uri, verifier, state, nonce: nonce && oauth.generateRandomNonce() };
    const url = new URL(known.as.authorization_endpoint);
    const told = {
      response_type: 'code',
      client_id: known.client.client_id,
      redirect_uri,
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(resource && { resource }),
      ...(nonce && { nonce: known.asked.nonce }),
    };
    url.search = new URLSearchParams(told);
    return { url: url.href };
  },

  async redeem({ url }) {
    const { redirect_uri, verifier, state, nonce } = known.asked;
    const told = oauth.validateAuthResponse(known.as, known.client, new URL(url), state);
    const answer = await oauth.authorizationCodeGrantRequest(
      known.as, known.client, known.auth, told, redirect_uri, verifier, insecure,
    );
    const wanted = nonce ? { expectedNonce: nonce, requireIdToken: true } : {};
    const tokens = await oauth.processAuthorizationCodeResponse(
      known.as, known.client, answer, wanted,
    );
    return { ...tokens, claims: await claimsOf(tokens, answer) };
  },

  async refresh({ refresh_token }) {
    const answer = await oauth.refreshTokenGrantRequest(
      known.as, known.client, known.auth, refresh_token, insecure,
    );
    return oauth.processRefreshTokenResponse(known.as, known.client, answer);
  },

  async grant_to_client(parameters) {
    const answer = await oauth.clientCredentialsGrantRequest(
      known.as, known.client, known.auth, parameters, insecure,
    );
    return oauth.processClientCredentialsResponse(known.as, known.client, answer);
  },

  async revoke({ token }) {
    const answer = await oauth.revocationRequest(
      known.as, known.client, known.auth, token, insecure,
    );
    await oauth.processRevocationResponse(answer);
    return {};
  },

  async introspect({ token }) {
    const answer = await oauth.introspectionRequest(
      known.as, known.client, known.auth, token, insecure,
    );
    return oauth.processIntrospectionResponse(known.as, known.client, answer);
  },

  async ask_who({ access_token, subject }) {
    const answer = await oauth.userInfoRequest(known.as, known.client, access_token, insecure);
    return oauth.processUserInfoResponse(known.as, known.client, subject, answer);
  },

  async discover_resource({ resource }) {
    const url = new URL(resource);
    const answer = await oauth.resourceDiscoveryRequest(url, insecure);
    return oauth.processResourceDiscoveryResponse(url, answer);
  },

  async verify({ access_token, audience }) {
    const headers = { authorization: `Bearer ${access_token}` };
    const request = new Request(audience, { headers });
    return oauth.validateJwtAccessToken(known.as, request, audience, insecure);
  },

  async call({ access_token, url }) {
    const answer = await oauth.protectedResourceRequest(
      access_token, 'GET', new URL(url), undefined, undefined, insecure,
    );
    return { status: answer.status };
  },
};

async function claimsOf(tokens, answer) {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (claims) await oauth.validateApplicationLevelSignature(known.as, answer, insecure);
  return claims;
}

async function told(error) {
  const { name, message, code, status, error: kind, error_description: description } = error;
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    const body = await error.response.json().catch(() => ({})); // the library leaves it unread
    return { name, message, code, status, kind: body.error, challenges: error.cause };
  }
  return { name, message, code, status, kind, description };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: deed, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { is: await deeds[deed](rest) };
  } catch (error) {
    answer = { error: await told(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
