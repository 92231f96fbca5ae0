// A sign-in service that is not ours: npm's oidc-provider on loopback, with two accounts and no database.
// node provider.js PORT CLIENT_BACK CLIENT_OUT BACK_CHANNEL [ACR]
import { Provider } from 'oidc-provider'

const [port, back, out, backChannel, acr] = process.argv.slice(2)
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'fingerpost', client_secret: 'a secret of this test alone', redirect_uris: [back],
    post_logout_redirect_uris: [out], backchannel_logout_uri: backChannel,
    backchannel_logout_session_required: true, id_token_signed_response_alg: 'RS256'
  }],
  acrValues: ['strong', 'weak'],
  claims: { openid: ['sub', 'sid'], acr: null, auth_time: null, amr: null },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_ctx, interaction) => `/choose/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ['only for this test'] },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId
    })
    grant.addOIDCScope('openid profile')
    await grant.save()
    return grant
  },
  // Its own guard refuses loopback, which is all there is here.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options)
})

// Whoever is named in the query is let in: what is tested is our side, not a password.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/choose/')) return next()
  if (ctx.method === 'GET' && !ctx.query.account) {
    ctx.type = 'html'
    ctx.body = '<title>Choose</title><form><button name="account" value="known">Known</button>' +
      '<button name="account" value="stranger">Stranger</button></form>'
    return
  }
  const login = { accountId: ctx.query.account, acr: acr || 'strong', amr: ['mfa'], ts: Math.floor(Date.now() / 1000) }
  await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false })
  ctx.respond = false
})

provider.on('backchannel.error', (_ctx, error) => console.error(error))
provider.listen(Number(port), '127.0.0.1', () => console.log('up'))
