// The pages work without this: it adds the GOV.UK behaviours where a browser has them.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
