// oidc-provider as it would be deployed for machines: access tokens that are JWTs signed with ES256,
// and a grant of each, kept in PostgreSQL, by which it can be revoked.
//
// PORT, PGHOST and its like, CLIENT_ID, CLIENT_SECRET, CLIENTS (kept, memory); see README.md.

import { generateKeyPairSync } from 'node:crypto';

import Provider from 'oidc-provider';

import { PostgresAdapter, makeTables } from './postgres.js';

const { PORT, CLIENT_ID, CLIENT_SECRET, CLIENTS = 'kept' } = process.env;
const ISSUER = `http://127.0.0.1:${PORT}`;
const AUDIENCE = `${ISSUER}/v1`;
const SCOPES = 'catalog:read orders:read';
const SECONDS = 600;

const client = {
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  id_token_signed_response_alg: 'ES256',
  scope: SCOPES,
};

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(ISSUER, {
  adapter: PostgresAdapter,
  clients: CLIENTS === 'memory' ? [client] : [],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  scopes: SCOPES.split(' '),
  ttl: { ClientCredentials: SECONDS, Grant: SECONDS },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: SCOPES,
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: SECONDS,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  clientAuthMethods: ['client_secret_basic'],
  // A JWT of a client's own is not kept, so that nothing could revoke it: this is what does.
  async extraTokenClaims(_ctx, token) {
    const grant = new provider.Grant({ clientId: token.clientId });
    grant.addResourceScope(AUDIENCE, token.scope);
    return { grant: await grant.save() };
  },
});

await makeTables();
if (CLIENTS === 'kept') {
  await new PostgresAdapter('Client').upsert(CLIENT_ID, client);
}
provider.listen(Number(PORT), '127.0.0.1');
