const asked = decodeURIComponent(location.hash.slice(1));
// ruleid: web-page-input-not-html
document.getElementById('out')!.innerHTML = asked;
// ruleid: web-page-input-not-html
eval(asked);

const params = new URLSearchParams(window.location.search);
// ruleid: web-page-input-not-html
document.write('<b>' + params.get('name') + '</b>');

window.addEventListener('message', (event) => {
  // ruleid: web-page-input-not-html
  document.body.innerHTML = event.data;
});

// ok: web-page-input-not-html
document.getElementById('out')!.textContent = asked;
// ok: web-page-input-not-html
document.body.innerHTML = DOMPurify.sanitize(asked);
// ok: web-page-input-not-html
document.body.innerHTML = '<p>fixed</p>';

const next = new URLSearchParams(window.location.search).get('next');
// ruleid: web-page-input-not-html--location
window.location.href = next;

window.addEventListener('message', (event) => {
  if (login.matchOrigin(event.origin)) {
    const code = event.data.code;
    // ok: web-page-input-not-html, web-page-input-not-html--location
    window.location.href = `${authorise}&code=${code}`;
  }
});

function redirect(config: any, route: any) {
  const query = new URLSearchParams(route.query as any).toString();
  let target = `${config.redirectUrl}/${token}`;
  if (query) {
    target += `?${query}`;
  }
  const url = `${config.endpoint}?client_id=${config.clientId}&redirect_uri=${target}`;
  // ok: web-page-input-not-html, web-page-input-not-html--location
  window.location.href = url;
}
